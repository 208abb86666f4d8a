import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type CloseOutcome, closeGracefully } from '../http/close-gracefully.js';
import { type ListenProps, listen } from '../http/listen.js';
import type { Logger } from '../observability/logger.js';
import { answerClientError } from './client-error.js';

export interface ServerProps {
  readonly handler: RequestListener;
  readonly logger: Logger;
  /** Time a client has to send its headers, and its whole request, in milliseconds. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly bodyLimitBytes: number;
}

export interface ApiServer {
  /** Resolves to the port. @throws {AddressUnavailable} */
  listen(where: ListenProps): Promise<number>;
  /**
   * Goes on serving for `delayMs`, in which whoever probes readiness learns of the end, then stops listening, lets what is in
   * flight end within `graceMs` and cuts off the rest (milliseconds). Later calls return the first one's promise.
   */
  close(times: { delayMs: number; graceMs: number }): Promise<CloseOutcome>;
}

/**
 * Longer than the minute that proxies and load balancers keep idle connections by default: the side that sends must be the
 * first to give one up, or it sends a request into a connection that is being closed.
 */
const keepAliveTimeoutMs = 65_000;

/** Node looks for overdue requests every 30 s unless told otherwise, which would make of a timeout of 10 s one of 40. */
const connectionsCheckingIntervalMs = 1000;

/** The HTTP server of the API: its timeouts, its answers to what is no HTTP, its end. */
export function createApiServer(props: ServerProps): ApiServer {
  const { handler, logger, headersTimeoutMs, requestTimeoutMs, bodyLimitBytes } = props;
  const server = createServer({
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(connectionsCheckingIntervalMs, headersTimeoutMs, requestTimeoutMs),
  });
  const responses = new WeakMap<Duplex, ServerResponse>();
  const close = closeGracefully(server);
  let closing: Promise<CloseOutcome> | undefined;

  server.on('request', (request, response) => {
    responses.set(request.socket, response);
    handler(request, response);
  });
  server.on('checkContinue', (request, response) => {
    // A body that is refused anyway is not asked for.
    if (!(Number(request.headers['content-length']) > bodyLimitBytes)) response.writeContinue();
    server.emit('request', request, response);
  });
  server.on('clientError', (error, socket) => answerClientError(error, socket, responses.get(socket), logger));

  return {
    listen: (where) => listen(server, where),
    close({ delayMs, graceMs }) {
      closing ??= delay(delayMs).then(() => close(graceMs));
      return closing;
    },
  };
}
