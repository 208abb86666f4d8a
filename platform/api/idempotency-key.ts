import type { IncomingHttpHeaders } from 'node:http';
import { IdempotencyKeyInvalid } from '../errors/runs.js';

/** A string of RFC 8941 (3.3.3), the format of draft-ietf-httpapi-idempotency-key-header-07. */
const quoted = '"(?:[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\["\\\\]){1,255}"';
/** Most clients send the key without quotes; it is the same key. */
const bare = '[\\x21\\x23-\\x2b\\x2d-\\x3a\\x3c-\\x5b\\x5d-\\x7e]{1,255}';
const pattern = `^(?:${quoted}|${bare})$`;
const acceptable = new RegExp(pattern);

/** The header in the OpenAPI document. */
export const idempotencyKeyHeader = {
  description:
    'Makes the request safe to repeat: requests with the same key and body have the same effect as one. 1 to 255 printable ASCII ' +
    'characters, with or without quotes. The API rejects the same key with a different body.',
  schema: { type: 'string', pattern, examples: ['"8e03978e-40d5-43dd-bc93-6894a57f9324"'] },
} as const;

/**
 * The key in the `Idempotency-Key` header, if the request has one.
 * @throws {IdempotencyKeyInvalid} it is neither a quoted string nor a bare word, empty, longer than 255 characters, or sent twice
 */
export function idempotencyKeyOf(headers: IncomingHttpHeaders): string | undefined {
  const given = headers['idempotency-key'];
  if (given === undefined) return undefined;
  // Node joins repeated headers with a comma, which neither form allows outside quotes.
  const text = String(given).trim();
  if (!acceptable.test(text)) {
    throw new IdempotencyKeyInvalid(
      'Send one key of 1 to 255 printable ASCII characters in quotes: Idempotency-Key: "8e03978e-40d5"',
    );
  }
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(["\\])/g, '$1') : text;
}
