import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** What came over a connection was no answer that could be read, or none came. */
class AnswerUnreadable extends Error {
  readonly code = 'answer-unreadable';
  constructor(why: string, options?: ErrorOptions) {
    super(`No answer that could be read: ${why}`, options);
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
 * A kept-alive HTTP/1.1 connection that has one request on its way at a time and reads no more of an answer than its status and its
 * length: the machine's cores belong to the server that is measured, and Node's own client would take as much of them as that does.
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

  /** @throws the system's error when nobody listens there */
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
   * Sends a request as it is written and waits for its answer.
   * @throws {AnswerUnreadable} also when the answer does not say how long it is: nothing that is measured here streams
   */
  send(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure);
      if (this.waiting) return reject(new AnswerUnreadable('another request is on its way'));
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
      this.fail(new AnswerUnreadable(`its length is missing: ${head}`));
      return;
    }
    const end = bodyAt + Number(length);
    if (this.received.length < end) return;
    const { waiting, received } = this;
    if (!waiting || received.length > end) {
      this.fail(new AnswerUnreadable('there is more than was asked for'));
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
