import { randomUUID } from 'node:crypto';
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '../observability/logger.js';
import type { Product } from '../product.js';
import type { HttpCode } from './http-problem.js';
import { securityHeaderValues } from './middleware/security-headers.js';
import { problemOf } from './problem-types.js';

/** Problem codes of Node's parser errors. All others are `request-malformed`. */
const codes: Readonly<Record<string, HttpCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/** Closing a socket while the client still sends can discard the answer. */
const lingerMs = 1000;

export interface ClientErrorDeps {
  readonly logger: Logger;
  readonly product: Pick<Product, 'problemType'>;
}

/**
 * Answers data that Node could not parse as a request, and closes the connection.
 * @param answering - the current response on the connection. If its headers are sent, a second answer would become part of it.
 */
export function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  answering: ServerResponse | undefined,
  { logger, product }: ClientErrorDeps,
): void {
  if (error.code === 'ECONNRESET' || (answering?.headersSent && !answering.writableFinished)) {
    socket.destroy();
    return;
  }
  // Node reports further data on a connection that was already answered.
  if (!socket.writable) return;
  const requestId = randomUUID();
  const code = codes[error.code ?? ''] ?? 'request-malformed';
  const { status } = problemOf(code);
  logger.info({ requestId, status, code, reason: error.code }, 'Rejected a malformed request');
  socket.end(rawAnswer(code, requestId, product.problemType(code)));
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
}

function rawAnswer(code: HttpCode, requestId: string, type: string): string {
  const problem = problemOf(code);
  const body = JSON.stringify({ type, ...problem, requestId });
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
