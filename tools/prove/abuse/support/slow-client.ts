import { connect } from 'node:net';

/** How the API ended a slow client. */
export interface Cut {
  /** Time since the start of the connection, in milliseconds. */
  readonly afterMs: number;
  /** The received answer. */
  readonly answer: string;
}

export interface SlowClient {
  readonly connected: Promise<void>;
  readonly cut: Promise<Cut>;
  /** Closes the connection. */
  end(): void;
}

const headersStart = 'GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Slow: ';
const bodyStart = [
  'POST /v1/workflows/hello/start HTTP/1.1',
  'Host: localhost',
  'Content-Type: application/json',
  'Content-Length: 100000',
  '',
  '{"name":"',
].join('\r\n');

/** Sends one byte of a request every `everyMs` milliseconds, and never the last. */
export function dribble(port: number, what: 'headers' | 'body', everyMs: number): SlowClient {
  const began = performance.now();
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (text) => {
    answer += text;
  });
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.write(what === 'headers' ? headersStart : bodyStart);
      resolve();
    });
  });
  const timer = setInterval(() => socket.write('a'), everyMs);
  const cut = new Promise<Cut>((resolve) => {
    socket.once('close', () => {
      clearInterval(timer);
      resolve({ afterMs: performance.now() - began, answer });
    });
  });
  // A reset ends the connection too.
  socket.on('error', () => {});
  socket.on('end', () => clearInterval(timer));
  return { connected, cut, end: () => socket.destroy() };
}
