import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { Product } from '../product.js';
import type { Scope } from './scopes.js';

/** An API key without its secret, which only its holder knows. */
export interface ApiKey {
  /** The public part of the token, shown in lists and in the audit log. */
  readonly id: string;
  /** The caller who owns the runs. Keys can share a name, so that a new key can replace an old one without a gap. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  /** Time of revocation; `null` while the key is valid. */
  readonly revokedAt: Date | null;
}

/** The parsed form of a token. */
export interface Credential {
  readonly id: string;
  /** SHA-256 of the secret, 32 bytes. */
  readonly secretHash: Buffer;
}

/** A key with the hash of its secret. */
export type StoredApiKey = { readonly key: ApiKey } & Pick<Credential, 'secretHash'>;

/** Caller name of requests without a key, where keys are not required. No key can have this name. */
export const anonymous = 'anonymous';

/** Whether a key, and so its caller, can have this name. */
export const isKeyName = (name: string): boolean => /^[A-Za-z0-9._-]{1,100}$/.test(name) && name !== anonymous;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const idLength = { generated: 16, max: 32 } as const;
const secretBytes = 32;
/** Length of the secret in base64url. */
const secretLength = 43;
const maxPrefixLength = 21;
const maxTokenLength = maxPrefixLength + idLength.max + 1 + secretLength;

/** Generates a new token: `<product>_<id>_<secret>`. Scanners for leaked secrets recognise the product's prefix. */
export function makeToken({ apiKeyPrefix: prefix }: Pick<Product, 'apiKeyPrefix'>): string {
  const id = Array.from({ length: idLength.generated }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `${prefix}${id}_${randomBytes(secretBytes).toString('base64url')}`;
}

/**
 * Parses a token of any product. Fast for any input: it checks the length first, and no pattern backtracks.
 * @returns `undefined` for an invalid token
 */
export function readToken(token: string): Credential | undefined {
  if (token.length > maxTokenLength) return undefined;
  // The secret can contain underscores, the other parts cannot.
  const [prefix = '', id = ''] = token.split('_', 2);
  const secret = token.slice(prefix.length + id.length + 2);
  if (!/^[a-z][a-z0-9-]*$/.test(prefix) || !/^[A-Za-z0-9]+$/.test(id)) return undefined;
  if (id.length < idLength.generated || id.length > idLength.max) return undefined;
  if (secret.length !== secretLength || !/^[A-Za-z0-9_-]+$/.test(secret)) return undefined;
  return { id, secretHash: hashOf(secret) };
}

/**
 * A fast hash is sufficient: slow hashes protect guessable passwords, but guessing a secret of 256 bits is infeasible. A slow hash would only
 * let attackers keep the process busy with random tokens.
 */
const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
