import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type CloseOutcome, closeGracefully } from '../http/close-gracefully.js';
import { type ListenProps, listen } from '../http/listen.js';
import type { Logger } from '../observability/logger.js';
import type { Product } from '../product.js';
import { answerClientError } from './client-error.js';

export interface ServerProps {
  readonly product: Pick<Product, 'problemType'>;
  readonly handler: RequestListener;
  readonly logger: Logger;
  /** Time limits for a client to send its headers and its whole request, in milliseconds. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly bodyLimitBytes: number;
}

export interface ApiServer {
  /** Resolves to the port. @throws {AddressUnavailable} */
  listen(where: ListenProps): Promise<number>;
  /**
   * Keeps serving for `delayMs`, so that readiness probes notice the shutdown, then stops listening, waits `graceMs` for requests in
   * flight and aborts the rest (milliseconds). Later calls return the first one's promise.
   */
  close(times: { delayMs: number; graceMs: number }): Promise<CloseOutcome>;
}

/**
 * Longer than the default idle timeout of proxies and load balancers (one minute). If the server closed first, a proxy could send a
 * request on a closing connection.
 */
const keepAliveTimeoutMs = 65_000;

/** Node's default of 30 s would turn a timeout of 10 s into up to 40 s. */
const connectionsCheckingIntervalMs = 1000;

/** The HTTP server of the API, with its timeouts, its answers to malformed requests, and a graceful shutdown. */
export function createApiServer(props: ServerProps): ApiServer {
  const { handler, headersTimeoutMs, requestTimeoutMs, bodyLimitBytes } = props;
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
    // Without 100 Continue, the client does not send a body that is too large.
    if (!(Number(request.headers['content-length']) > bodyLimitBytes)) response.writeContinue();
    server.emit('request', request, response);
  });
  server.on('clientError', (error, socket) => answerClientError(error, socket, responses.get(socket), props));

  return {
    listen: (where) => listen(server, where),
    close({ delayMs, graceMs }) {
      closing ??= delay(delayMs).then(() => close(graceMs));
      return closing;
    },
  };
}
