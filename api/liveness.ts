import type { RequestListener } from 'node:http';
import { healthPaths } from '../config/names.js';
import type { Health } from '../observability/health.js';
import type { Logger } from '../observability/logger.js';
import { requestIdOf } from './middleware/request-id.js';
import { securityHeaderValues } from './middleware/security-headers.js';

/**
 * Answers the probe of liveness before everything else, as the app would: it asks whether this process turns, often, and of a process
 * that is busy above all. Where requests of that kind are logged, the app answers it.
 */
export function livenessFirst(health: Pick<Health, 'live'>, logger: Logger, app: RequestListener): RequestListener {
  return (request, response) => {
    if (request.url !== healthPaths.live || request.method !== 'GET' || logger.isLevelEnabled('debug')) {
      return app(request, response);
    }
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
