import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { Scope } from './scopes.js';

/** A bearer key as it is kept and shown: without its secret, which nobody knows but its holder. */
export interface ApiKey {
  /** The open part of the token, by which lists and the audit log call it. */
  readonly id: string;
  /** The caller, whose runs are its own. Several keys may have the same name: a new one is made before the old one is revoked. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  /** From when on it lets nobody in; `null` while it does. */
  readonly revokedAt: Date | null;
}

/** What a token proves to be. */
export interface Credential {
  readonly id: string;
  /** SHA-256 of the secret, 32 bytes. */
  readonly secretHash: Buffer;
}

/** A key with what its secret is recognised by. */
export interface StoredApiKey {
  readonly key: ApiKey;
  readonly secretHash: Buffer;
}

/** The caller of requests without a key, where those are let in. No key may be called so. */
export const anonymous = 'anonymous';

/** Whether keys, and so their callers, may be called so. */
export const isKeyName = (name: string): boolean => /^[A-Za-z0-9._-]{1,100}$/.test(name) && name !== anonymous;

/** Also what scanners for leaked secrets find tokens by. */
const prefix = 'atlas_';
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const idLength = { made: 16, longest: 32 } as const;
const secretBytes = 32;
/** Characters of base64url that hold as many bytes. */
const secretLength = 43;
const longestToken = prefix.length + idLength.longest + 1 + secretLength;

/** Makes a token that there has never been: `atlas_<id>_<secret>`. */
export function makeToken(): string {
  const id = Array.from({ length: idLength.made }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `${prefix}${id}_${randomBytes(secretBytes).toString('base64url')}`;
}

/**
 * Reads a token: an id of 16 to 32 letters and digits, and a secret of 32 bytes as base64url.
 * Takes the same short time whatever it is given: the length is looked at first, and no pattern has two ways to match.
 * @returns `undefined` for anything else
 */
export function readToken(token: string): Credential | undefined {
  if (token.length > longestToken || !token.startsWith(prefix)) return undefined;
  // The secret may hold underscores, the id none.
  const end = token.indexOf('_', prefix.length);
  const id = token.slice(prefix.length, end);
  const secret = token.slice(end + 1);
  const isWhole = end !== -1 && id.length >= idLength.made && id.length <= idLength.longest;
  if (!isWhole || !/^[A-Za-z0-9]+$/.test(id)) return undefined;
  if (secret.length !== secretLength || !/^[A-Za-z0-9_-]+$/.test(secret)) return undefined;
  return { id, secretHash: hashOf(secret) };
}

/**
 * A fast hash, and the right one: slow ones make up for passwords that can be guessed, while nobody tries 2^256 secrets however
 * fast each try is. A slow one would only let strangers with made-up tokens keep this process busy.
 */
const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
