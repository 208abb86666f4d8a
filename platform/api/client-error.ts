import { randomUUID } from 'node:crypto';
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '../observability/logger.js';
import type { HttpCode } from './http-problem.js';
import { securityHeaderValues } from './middleware/security-headers.js';
import { problemOf } from './problem-types.js';

/** Node's codes of what never becomes a request; every other one is `request-malformed`. */
const codes: Readonly<Record<string, HttpCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/** A socket that is closed at once may lose the answer on its way, because the client is still sending. */
const lingerMs = 1000;

/**
 * Answers what Node could not read as a request, and closes the connection. `answering` is the response that the connection
 * carries, if any: once its headers have left, another answer would be taken for a part of it.
 */
export function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  answering: ServerResponse | undefined,
  logger: Logger,
): void {
  if (error.code === 'ECONNRESET' || (answering?.headersSent && !answering.writableFinished)) {
    socket.destroy();
    return;
  }
  // What follows on a connection that was already answered here is reported again and again.
  if (!socket.writable) return;
  const requestId = randomUUID();
  const { code, status } = problemOf(codes[error.code ?? ''] ?? 'request-malformed');
  logger.info({ requestId, status, code, reason: error.code }, 'refused what is not a request');
  socket.end(rawAnswer(code, requestId));
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
}

function rawAnswer(code: Parameters<typeof problemOf>[0], requestId: string): string {
  const problem = problemOf(code);
  const body = JSON.stringify({ ...problem, requestId });
  const headers = {
    ...securityHeaderValues,
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    'X-Request-Id': requestId,
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}
