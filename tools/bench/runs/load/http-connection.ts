import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** The server sent an invalid answer, or none. */
class AnswerUnreadable extends Error {
  readonly code = 'answer-unreadable';
  constructor(why: string, options?: ErrorOptions) {
    super(`Invalid answer: ${why}`, options);
    this.name = 'AnswerUnreadable';
  }
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

const endOfHead = Buffer.from('\r\n\r\n');
const contentLength = /\r\ncontent-length: *(\d+)/i;
const nothing: Buffer = Buffer.alloc(0);

/**
 * A keep-alive HTTP/1.1 connection with one request in flight. It parses only status and length of an answer, because Node's client would
 * use as much CPU as the measured server.
 */
export class HttpConnection {
  private received = nothing;
  private waiting: Waiting | undefined;
  private failure: Error | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('error', (cause) => this.fail(new AnswerUnreadable(cause.message, { cause })));
    socket.on('close', () => this.fail(new AnswerUnreadable('the connection was closed')));
  }

  /** @throws the system's error if the connection is refused */
  static open(host: string, port: number): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new HttpConnection(socket));
      });
    });
  }

  /**
   * Sends a serialised request and waits for its answer.
   * @throws {AnswerUnreadable} also if the answer has no Content-Length: no measured endpoint streams
   */
  send(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure);
      if (this.waiting) return reject(new AnswerUnreadable('another request is in flight'));
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
    if (length === undefined) {
      this.fail(new AnswerUnreadable(`no Content-Length: ${head}`));
      return;
    }
    const end = bodyAt + Number(length);
    if (this.received.length < end) return;
    const { waiting, received } = this;
    if (!waiting || received.length > end) {
      this.fail(new AnswerUnreadable('unexpected data after the answer'));
      return;
    }
    this.waiting = undefined;
    this.received = nothing;
    waiting.resolve({ status: Number(head.slice(9, 12)), body: received.subarray(bodyAt) });
  }

  private fail(error: Error): void {
    this.failure ??= error;
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.reject(this.failure);
    this.socket.destroy();
  }
}
