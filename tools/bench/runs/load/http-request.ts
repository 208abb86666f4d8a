export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** JSON. @default - none is sent */
  readonly body?: string;
}

/** Writes a request down, but for what follows its headers: an `Idempotency-Key`, where there is one, and the body. */
export function writeHead({ method, path, body }: HttpRequest, host: string): string {
  const about =
    body === undefined ? '' : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n${about}`;
}

/** @param key - a fresh one of the request. @default - it has none */
export const writeRequest = (head: string, { body = '' }: HttpRequest, key?: string): string =>
  `${head}${key === undefined ? '' : `Idempotency-Key: "${key}"\r\n`}\r\n${body}`;
