import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { BenchError } from '../../bench-error.js';

/** A GET, or a POST if it has a body. */
export interface HttpRequest {
  readonly path: string;
  /** JSON. @default - no body */
  readonly body?: string;
  /** Status of the answer. */
  readonly expected: number;
}

const methodOf = ({ body }: HttpRequest): string => (body === undefined ? 'GET' : 'POST');

/** Serialises the headers of a request, without `Idempotency-Key` and the final empty line. */
export function headOf(request: HttpRequest, host: string): string {
  const { path, body } = request;
  const about =
    body === undefined ? '' : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
  return `${methodOf(request)} ${path} HTTP/1.1\r\nHost: ${host}\r\n${about}`;
}

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

const unreadable = (why: string, cause?: Error) =>
  new BenchError('answer-unreadable', `Invalid answer: ${why}`, { cause });

const endOfHead = Buffer.from('\r\n\r\n');
const contentLength = /\r\ncontent-length: *(\d+)/i;
const nothing: Buffer = Buffer.alloc(0);

/**
 * A keep-alive HTTP/1.1 connection with one request in flight. It parses only status and length of an answer, because Node's client would
 * use as much CPU as the measured server.
 */
export class HttpConnection {
  private received = nothing;
  private waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;
  private failure: Error | undefined;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('error', (cause) => this.fail(unreadable(cause.message, cause)));
    socket.on('close', () => this.fail(unreadable('the connection was closed')));
  }

  /** @throws the system's error if the connection is refused */
  static async open(host: string, port: number): Promise<HttpConnection> {
    const socket = connect({ host, port, noDelay: true });
    await once(socket, 'connect');
    return new HttpConnection(socket);
  }

  /**
   * Sends a serialised request and waits for its answer.
   * @throws {BenchError} `answer-unreadable`, also if the answer has no Content-Length: no measured endpoint streams
   */
  send(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure);
      if (this.waiting) return reject(unreadable('another request is in flight'));
      this.waiting = { resolve, reject };
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const bodyAt = this.received.indexOf(endOfHead) + endOfHead.length;
    if (bodyAt < endOfHead.length) return;
    const head = this.received.toString('latin1', 0, bodyAt);
    const length = contentLength.exec(head)?.[1];
    const missing = bodyAt + Number(length) - this.received.length;
    if (missing > 0) return;
    const { waiting, received } = this;
    if (waiting && missing === 0) {
      this.waiting = undefined;
      this.received = nothing;
      waiting.resolve({ status: Number(head.slice(9, 12)), body: received.subarray(bodyAt) });
    } else
      this.fail(unreadable(length === undefined ? `no Content-Length: ${head}` : 'unexpected data after the answer'));
  }

  private fail(error: Error): void {
    this.failure ??= error;
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.reject(this.failure);
    this.socket.destroy();
  }
}

/**
 * Sends a request with this head, a POST with a new `Idempotency-Key`.
 * @throws {BenchError} `answer-unexpected`: the status is not the expected one, so the measurement is invalid
 */
export async function exchange(connection: HttpConnection, head: string, request: HttpRequest): Promise<Answer> {
  const { path, body, expected } = request;
  const answer = await connection.send(
    body === undefined ? `${head}\r\n` : `${head}Idempotency-Key: "${randomUUID()}"\r\n\r\n${body}`,
  );
  if (answer.status === expected) return answer;
  const found = `returned ${answer.status} instead of ${expected}: ${answer.body.toString().slice(0, 500)}`;
  throw new BenchError('answer-unexpected', `${methodOf(request)} ${path} ${found}`);
}
