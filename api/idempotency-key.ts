import type { IncomingHttpHeaders } from 'node:http';
import { IdempotencyKeyInvalid } from '../errors/runs.js';
import type { IdempotencyKey } from '../runs/run.js';

const maxLength = 255;

/** A string of RFC 8941 (3.3.3), which is what draft-ietf-httpapi-idempotency-key-header-07 asks for. */
const quoted = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
/** Without the quotes, as most clients send it: the same key. */
const bare = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/;

/**
 * The key in the `Idempotency-Key` header, if there is one.
 * @param caller - whose key it is
 * @throws {IdempotencyKeyInvalid} it is neither a quoted string nor a bare word, it is empty, longer than 255 characters, or sent twice
 */
export function idempotencyKeyOf(headers: IncomingHttpHeaders, caller: string): IdempotencyKey | undefined {
  const given = headers['idempotency-key'];
  if (given === undefined) return undefined;
  // Node joins what is sent twice with a comma, which neither form has outside its quotes.
  const text = String(given).trim();
  const key = bare.test(text) ? text : quoted.exec(text)?.[1]?.replace(/\\(["\\])/g, '$1');
  if (key === undefined) {
    throw new IdempotencyKeyInvalid(
      'Send one key of printable ASCII characters in quotes: Idempotency-Key: "8e03978e-40d5"',
    );
  }
  if (key === '') throw new IdempotencyKeyInvalid('The key is empty');
  if (key.length > maxLength) throw new IdempotencyKeyInvalid(`The key has more than ${maxLength} characters`);
  return { caller, key };
}
