import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type ApiKey, readToken, type StoredApiKey } from './api-key.js';

export interface AuthenticatorOptions {
  /** Brings the key that has this id, also a revoked one; `undefined` when none has. */
  readonly find: (id: string) => Promise<StoredApiKey | undefined>;
  /**
   * For how long a key that was found is not asked for again, in milliseconds: so much later at most a revoked one is refused.
   * @default 1000
   */
  readonly rememberMs?: number;
  /** A clock that only goes forward, in milliseconds. @default - the process's */
  readonly now?: () => number;
}

export interface Authenticator {
  /**
   * Whose token this is. Safe to call any number of times at once.
   * @returns `undefined` when it is none, nobody's, or of a key that was revoked: the caller is not told which
   * @throws what `find` throws
   */
  authenticate(token: string): Promise<ApiKey | undefined>;
}

interface LookUp {
  readonly beganAt: number;
  readonly found: Promise<StoredApiKey | undefined>;
}

/** Beyond these the oldest are looked up again. */
const mostRemembered = 1_000;
/** What a secret is compared with where no key has the id: the hash of no secret that anybody knows. */
const nobodysHash = randomBytes(32);

/** Recognises callers by their keys. How long a refusal takes does not tell what it was that did not fit. */
export function createAuthenticator({
  find,
  rememberMs = 1_000,
  now = () => performance.now(),
}: AuthenticatorOptions): Authenticator {
  /** Oldest first. */
  const lookUps = new Map<string, LookUp>();

  function lookUp(id: string): LookUp['found'] {
    const known = lookUps.get(id);
    // What is under way counts from its begin too: what it brings may be as old as that.
    if (known && now() - known.beganAt < rememberMs) return known.found;
    const fresh: LookUp = { beganAt: now(), found: find(id) };
    lookUps.delete(id);
    lookUps.set(id, fresh);
    const forget = () => {
      if (lookUps.get(id) === fresh) lookUps.delete(id);
    };
    fresh.found.then((found) => found ?? forget(), forget);
    const [oldest] = lookUps.keys();
    if (lookUps.size > mostRemembered && oldest !== undefined) lookUps.delete(oldest);
    return fresh.found;
  }

  return {
    async authenticate(token) {
      const credential = readToken(token);
      if (!credential) return undefined;
      const stored = await lookUp(credential.id);
      const isRight = timingSafeEqual(credential.secretHash, stored?.secretHash ?? nobodysHash);
      return isRight && stored?.key.revokedAt === null ? stored.key : undefined;
    },
  };
}
