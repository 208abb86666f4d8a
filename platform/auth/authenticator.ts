import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readToken, type StoredApiKey } from './api-key.js';
import type { Authenticator } from './principal.js';

export interface AuthenticatorOptions {
  /** Finds the key with this id, also if it is revoked; `undefined` if there is none. */
  readonly find: (id: string) => Promise<StoredApiKey | undefined>;
  /**
   * How long a key stays in the cache, in milliseconds. A revoked key is rejected after this time at the latest.
   * @default 1000
   */
  readonly cacheMs?: number;
  /** A monotonic clock, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** Maximum number of cached keys. The oldest is evicted first. */
const cacheSize = 1_000;
/** Compared with the secret if no key has the id, so that all rejections take the same time. */
const unknownHash = randomBytes(32);

/** Authenticates callers by their API keys. The time of a rejection does not reveal its reason. */
export function createAuthenticator({
  find,
  cacheMs = 1_000,
  now = () => performance.now(),
}: AuthenticatorOptions): Authenticator {
  /** Oldest first. */
  const lookUps = new Map<string, { startedAt: number; found: Promise<StoredApiKey | undefined> }>();

  function lookUp(id: string): Promise<StoredApiKey | undefined> {
    const known = lookUps.get(id);
    // The cache entry's age starts when the lookup starts.
    if (known && now() - known.startedAt < cacheMs) return known.found;
    const fresh = { startedAt: now(), found: find(id) };
    lookUps.delete(id);
    lookUps.set(id, fresh);
    const forget = () => {
      if (lookUps.get(id) === fresh) lookUps.delete(id);
    };
    fresh.found.then((found) => found ?? forget(), forget);
    const [oldest] = lookUps.keys();
    if (lookUps.size > cacheSize && oldest !== undefined) lookUps.delete(oldest);
    return fresh.found;
  }

  return {
    credentials: 'API key',
    async authenticate(token) {
      const credential = readToken(token);
      if (!credential) return undefined;
      const stored = await lookUp(credential.id);
      const isRight = timingSafeEqual(credential.secretHash, stored?.secretHash ?? unknownHash);
      if (!isRight || stored?.key.revokedAt !== null) return undefined;
      const { id, name, scopes } = stored.key;
      return { name, scopes, keyId: id };
    },
  };
}
