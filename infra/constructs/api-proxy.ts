import { Construct } from 'constructs';
import { ports, services } from '../../config/names.js';
import { users } from '../secrets.js';
import { configFile } from './config-file.js';
import type { PlacedProps } from './container-part.js';
import { netcatHttpProbe } from './http-healthcheck.js';
import { ServiceContainer } from './service-container.js';
import { withoutProxies } from './without-proxies.js';

const ownFolder = `rw,noexec,nosuid,size=1m,uid=${users.caddy},gid=${users.caddy},mode=0700`;

/**
 * Caddy in front of the API's containers: the address that stays while they come and go. It waits for none of them: where none answers,
 * it says 503 with Retry-After, which is better than a refused connection.
 */
export class ApiProxy extends Construct {
  readonly service: ServiceContainer;

  constructor(scope: Construct, id: string, placed: PlacedProps) {
    super(scope, id);
    this.service = new ServiceContainer(this, 'service', {
      ...placed,
      part: services.proxy,
      uid: users.caddy,
      limits: { memoryMb: 128, cpus: 1 },
      // The image gives its binary this one as a file capability, and the kernel starts such a binary only where it may have it.
      capabilities: ['CAP_NET_BIND_SERVICE'],
      command: [
        'sh',
        '-euc',
        `printf '%s' "$CADDYFILE" > /config/Caddyfile; exec caddy run --adapter caddyfile --config /config/Caddyfile`,
      ],
      environment: {
        ...withoutProxies,
        CADDYFILE: configFile('proxy/Caddyfile'),
        PORT: String(ports.proxy),
        HEALTH_PORT: String(ports.proxyHealth),
        API_HOST: services.api,
        API_PORT: String(ports.api),
      },
      tmpfs: { '/config': ownFolder, '/data': ownFolder },
      healthcheck: { test: netcatHttpProbe(ports.proxyHealth, '/'), intervalSeconds: 3, startPeriodSeconds: 30 },
      stopSeconds: 15,
      ports: [{ internal: ports.proxy, external: placed.stage.ports.api }],
    });
  }
}
