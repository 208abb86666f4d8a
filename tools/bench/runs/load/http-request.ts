export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** JSON. @default - no body */
  readonly body?: string;
}

/** Serialises the headers of a request, without `Idempotency-Key` and the final empty line. */
export function writeHead({ method, path, body }: HttpRequest, host: string): string {
  const about =
    body === undefined ? '' : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n${about}`;
}

/** Completes a request. @param key - its `Idempotency-Key`. @default - none */
export const writeRequest = (head: string, { body = '' }: HttpRequest, key?: string): string =>
  `${head}${key === undefined ? '' : `Idempotency-Key: "${key}"\r\n`}\r\n${body}`;
