import { createServer, type IncomingMessage, type Server, type ServerResponse, request as send } from 'node:http';
import { product } from '../../config/product.js';
import { problemOf } from '../../platform/api/problem-types.js';
import { type ListenProps, listen } from '../../platform/http/listen.js';

/** Where a process listens now. */
export interface Backend {
  readonly host: string;
  readonly port: number;
}

/** Longest time that a request waits for a process that restarts, in milliseconds. */
const defaultWaitMs = 15_000;
const retryAfterSeconds = 1;

/** These concern one connection only (RFC 9110, 7.6.1). */
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'expect', 'upgrade', 'te']);

/**
 * Listens on the port of a process that is replaced by new ones while clients use it. A request goes to the current process. Without
 * one, it waits for the next; if none comes, or the process dies, the answer is 503 with `Retry-After`.
 */
export class Front {
  readonly #server: Server;
  #backend: Backend | undefined;
  readonly #waiting = new Set<() => void>();
  /** Why no process will come. */
  #refusal: string | undefined;

  constructor(
    private readonly title: string,
    private readonly waitMs = defaultWaitMs,
  ) {
    // The process behind has its own limits; a proxy's must not end long requests before.
    this.#server = createServer({ requestTimeout: 0, keepAliveTimeout: 65_000 }, (request, response) => {
      void this.#serve(request, response);
    });
  }

  /** @throws {AddressUnavailable} */
  listen(where: ListenProps): Promise<number> {
    return listen(this.#server, where);
  }

  /** Sends new requests there; requests in flight end where they are. */
  forwardTo(backend: Backend): void {
    this.#backend = backend;
    this.#refusal = undefined;
    this.#wake();
  }

  /** Lets new requests wait for the next process. */
  hold(): void {
    this.#backend = undefined;
    this.#refusal = undefined;
  }

  /** Answers 503 until the next process, because only a change of the sources helps. @param reason - a predicate */
  refuse(reason: string): void {
    this.#backend = undefined;
    this.#refusal = reason;
    this.#wake();
  }

  /** Stops listening. Requests in flight end with the process behind. */
  close(): void {
    this.#server.close();
    this.#server.closeIdleConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#backend && this.#refusal === undefined) await this.#change(response);
    if (response.closed) return;
    if (this.#backend) forward(this.#backend, request, response, () => this.#answerUnavailable(response));
    else this.#answerUnavailable(response);
  }

  /** Waits for the next process, the end of the patience, or of the client's. */
  #change(response: ServerResponse): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, this.waitMs);
      this.#waiting.add(done);
      response.once('close', done);
    });
  }

  #wake(): void {
    for (const done of this.#waiting) done();
  }

  #answerUnavailable(response: ServerResponse): void {
    const state = this.#refusal
      ? `${this.#refusal}; the terminal says why`
      : 'restarts after a change; the terminal shows its state';
    const problem = problemOf('unavailable', `${this.title} ${state}`);
    const body = JSON.stringify({ type: product.problemType('unavailable'), ...problem });
    response.writeHead(503, {
      'Content-Type': 'application/problem+json',
      'Content-Length': Buffer.byteLength(body),
      'Retry-After': retryAfterSeconds,
    });
    response.end(body);
  }
}

/** @param fail - called if the process ends before it answers */
function forward(backend: Backend, request: IncomingMessage, response: ServerResponse, fail: () => void): void {
  const { method, url, rawHeaders } = request;
  // Otherwise Node.js would announce a body in chunks.
  const length = method === 'GET' || method === 'HEAD' || announcesBody(request) ? [] : ['Content-Length', '0'];
  const headers = [...endToEnd(rawHeaders), ...length];
  // A connection for each request: none can be closed by the process just when the request is sent.
  const onward = send({ ...backend, method, path: url, headers, agent: false });
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer.rawHeaders));
    response.flushHeaders();
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  onward.on('error', () => {
    if (response.closed) return;
    if (response.headersSent) response.destroy();
    else fail();
  });
  response.once('close', () => onward.destroy());
  request.pipe(onward);
}

const announcesBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

/** `rawHeaders` alternates names and values. */
const endToEnd = (rawHeaders: readonly string[]): string[] =>
  rawHeaders.filter((_, index) => !hopByHop.has(rawHeaders[index - (index % 2)]?.toLowerCase() ?? ''));
