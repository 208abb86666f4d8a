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

export interface HealthServer {
  /** Where it listens; differs from what was asked for when that was port 0. */
  readonly port: number;
  /** Stops listening and ends every connection, within a second. */
  close(): Promise<void>;
}

/** A probe's request is one small packet: what is not here within 5 s never will be. */
const receiveTimeoutMs = 5000;
const closeGraceMs = 1000;

/**
 * Serves the health endpoints on a port of their own, for processes that answer nothing else.
 * @throws {AddressUnavailable} the port is in use, or host and port cannot be listened on
 */
export async function startHealthServer({ health, logger, ...where }: HealthServerProps): Promise<HealthServer> {
  const app = new Koa();
  app.on('error', (error) => logger.error({ err: error }, 'a health endpoint failed'));
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
    port,
    async close() {
      await close(closeGraceMs);
    },
  };
}
