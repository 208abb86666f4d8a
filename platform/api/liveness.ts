import type { RequestListener } from 'node:http';
import type { Health } from '../observability/health.js';
import type { Logger } from '../observability/logger.js';
import { healthPaths } from '../settings/names.js';
import { hasOneHost, type IsAllowedHost } from './middleware/allowed-hosts.js';
import { requestIdOf } from './middleware/request-id.js';
import { securityHeaderValues } from './middleware/security-headers.js';

export interface LivenessDeps {
  readonly health: Pick<Health, 'live'>;
  readonly logger: Logger;
  readonly isAllowedHost: IsAllowedHost;
  readonly app: RequestListener;
}

/**
 * Answers the probe of liveness before everything else, as the app would: it asks whether this process turns, often, and of a process
 * that is busy above all. Where requests of that kind are logged, the app answers it.
 */
export function livenessFirst({ health, logger, isAllowedHost, app }: LivenessDeps): RequestListener {
  return (request, response) => {
    if (request.url !== healthPaths.live || request.method !== 'GET' || logger.isLevelEnabled('debug')) {
      return app(request, response);
    }
    if (!hasOneHost(request) || !isAllowedHost(request)) return app(request, response);
    const body = JSON.stringify(health.live());
    response.writeHead(200, {
      ...securityHeaderValues,
      'X-Request-Id': requestIdOf(request.headers),
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(body);
  };
}
