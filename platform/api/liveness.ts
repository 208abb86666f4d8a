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
 * Answers the liveness probe before the app does, with the same answer, so that a busy process still answers in time. At log level `debug`
 * the app answers, because it logs probes.
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
