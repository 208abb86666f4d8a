import { createServer } from 'node:http';
import { Router } from '@koa/router';
import Koa from 'koa';
import { closeGracefully } from '../http/close-gracefully.js';
import { type ListenProps, listen } from '../http/listen.js';
import type { Health } from './health.js';
import { healthRoutes } from './health-routes.js';
import type { Logger } from './logger.js';

export interface HealthServerProps extends ListenProps {
  readonly health: Health;
  readonly logger: Logger;
}

/** The request of a probe is one small packet. */
const receiveTimeoutMs = 5000;
const closeGraceMs = 1000;

/** Serves the health endpoints for processes without other HTTP endpoints. @throws {AddressUnavailable} */
export async function startHealthServer({ health, logger, ...where }: HealthServerProps) {
  const app = new Koa();
  app.on('error', (error) => logger.error({ err: error }, 'A health endpoint failed'));
  const router = new Router({ sensitive: true, strict: true });
  healthRoutes(router, health);
  app.use(router.routes()).use(router.allowedMethods());
  const server = createServer(
    { headersTimeout: receiveTimeoutMs, requestTimeout: receiveTimeoutMs, connectionsCheckingInterval: 1000 },
    app.callback(),
  );
  const close = closeGracefully(server);
  const port = await listen(server, where);
  return {
    /** The actual port, also if port 0 was requested. */
    port,
    /** Stops listening and closes all connections within a second. */
    close: () => close(closeGraceMs),
  };
}
