import type { Construct } from 'constructs';
import { ports, services } from '../../platform/settings/names.js';
import { CaddyProxy } from './caddy-proxy.js';
import type { PartProps } from './container-part.js';
import { publishedPort } from './service-container.js';

/**
 * Caddy in front of the API's containers: one address while deploys replace them. It depends on none of them, because a 503 with
 * Retry-After is better than a refused connection.
 */
export class ApiProxy extends CaddyProxy {
  constructor(scope: Construct, id: string, base: PartProps) {
    const trusted = base.stage.trustedProxies;
    super(scope, id, {
      ...base,
      part: services.proxy,
      limits: { memoryMb: 128, cpus: 1 },
      file: 'api.Caddyfile',
      environment: {
        API_HOST: services.api,
        API_PORT: String(ports.api),
        ...(trusted.length > 0 && { TRUSTED_PROXIES: `trusted_proxies static ${trusted.join(' ')}` }),
      },
      ports: publishedPort(base.stage, 'api', ports.proxy),
    });
  }
}
