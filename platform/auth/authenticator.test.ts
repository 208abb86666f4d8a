import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import test from 'ava';
import { testProduct } from '../testing/test-product.js';
import { makeToken, readToken, type StoredApiKey } from './api-key.js';
import { createAuthenticator } from './authenticator.js';
import type { Principal } from './principal.js';

/** Offset of the secret in a generated token. */
const secretAt = 'tested_'.length + 16 + 1;

/** A token and its key as stored in the database. */
function makeKey(revokedAt: Date | null = null): { token: string; stored: StoredApiKey } {
  const token = makeToken(testProduct);
  const credential = readToken(token);
  if (!credential) throw new Error('cannot parse a generated token');
  const key = { id: credential.id, name: 'ada', scopes: ['runs:read'] as const, createdAt: new Date(0), revokedAt };
  return { token, stored: { key, secretHash: credential.secretHash } };
}

const principalOf = ({ key: { id, name, scopes } }: StoredApiKey): Principal => ({ name, scopes, keyId: id });

function replaceComparison(comparison: typeof crypto.timingSafeEqual): void {
  Object.assign(crypto, { timingSafeEqual: comparison });
  syncBuiltinESMExports();
}

/** An authenticator whose clock and keys the test controls. `asked` lists the ids that were looked up. */
function setUp(...known: readonly StoredApiKey[]) {
  const clock = { ms: 5_000 };
  const keys = new Map(known.map((stored) => [stored.key.id, stored]));
  const asked: string[] = [];
  const find = async (id: string) => {
    asked.push(id);
    return keys.get(id);
  };
  return { ...createAuthenticator({ find, cacheMs: 1_000, now: () => clock.ms }), clock, keys, asked };
}

test('finds the key of a token', async (t) => {
  const { token, stored } = makeKey();
  t.deepEqual(await setUp(stored).authenticate(token), principalOf(stored));
});

test('rejects another secret for the same id', async (t) => {
  const { token, stored } = makeKey();
  const forged = token.slice(0, secretAt) + makeToken(testProduct).slice(secretAt);
  t.is(readToken(forged)?.id, stored.key.id);
  const { authenticate } = setUp(stored);
  t.is(await authenticate(forged), undefined);
  t.deepEqual(await authenticate(token), principalOf(stored));
  t.is(await authenticate(forged), undefined);
});

test('rejects revoked and unknown keys', async (t) => {
  const { token, stored } = makeKey(new Date(0));
  const { authenticate } = setUp(stored);
  t.is(await authenticate(token), undefined);
  t.is(await authenticate(makeToken(testProduct)), undefined);
});

test('rejects an invalid token without a lookup', async (t) => {
  const { authenticate, asked } = setUp();
  t.is(await authenticate('tested_short'), undefined);
  t.deepEqual(asked, []);
});

test.serial('makes one comparison for a valid token, an unknown id, a wrong secret and a revoked key', async (t) => {
  let comparisons = 0;
  const compare = crypto.timingSafeEqual;
  replaceComparison((one, other) => {
    comparisons += 1;
    return compare(one, other);
  });
  t.teardown(() => replaceComparison(compare));
  const [right, revoked] = [makeKey(), makeKey(new Date(0))];
  const { authenticate } = setUp(right.stored, revoked.stored);
  const wrong = right.token.slice(0, secretAt) + makeToken(testProduct).slice(secretAt);
  for (const token of [right.token, wrong, revoked.token, makeToken(testProduct)]) {
    comparisons = 0;
    await authenticate(token);
    t.is(comparisons, 1);
  }
});

test('caches a key for the configured time, then rejects it if it was revoked', async (t) => {
  const { token, stored } = makeKey();
  const { authenticate, asked, clock, keys } = setUp(stored);
  t.deepEqual(await authenticate(token), principalOf(stored));
  keys.set(stored.key.id, { ...stored, key: { ...stored.key, revokedAt: new Date() } });
  clock.ms += 999;
  t.deepEqual(await authenticate(token), principalOf(stored));
  t.is(asked.length, 1);
  clock.ms += 1;
  t.is(await authenticate(token), undefined);
  t.is(asked.length, 2);
});

test('using a key does not extend its time in the cache', async (t) => {
  const { token, stored } = makeKey();
  const { authenticate, asked, clock } = setUp(stored);
  for (let looks = 0; looks < 5; looks += 1) {
    await authenticate(token);
    clock.ms += 400;
  }
  t.is(asked.length, 2);
});

test('does not cache unknown ids, so a new key works immediately', async (t) => {
  const { token, stored } = makeKey();
  const { authenticate, keys } = setUp();
  t.is(await authenticate(token), undefined);
  keys.set(stored.key.id, stored);
  t.deepEqual(await authenticate(token), principalOf(stored));
});

test('concurrent lookups of one id share one query', async (t) => {
  const { token, stored } = makeKey();
  const { authenticate, asked } = setUp(stored);
  const answers = await Promise.all(Array.from({ length: 50 }, () => authenticate(token)));
  for (const answer of answers) t.deepEqual(answer, principalOf(stored));
  t.is(asked.length, 1);
});

test('a new call does not wait for a lookup that exceeded the cache time', async (t) => {
  const { token, stored } = makeKey();
  const clock = { ms: 0 };
  const answers: ((found: StoredApiKey | undefined) => void)[] = [];
  const { authenticate } = createAuthenticator({
    find: () => new Promise((resolve) => answers.push(resolve)),
    cacheMs: 1_000,
    now: () => clock.ms,
  });
  const first = authenticate(token);
  clock.ms = 1_000;
  const second = authenticate(token);
  t.is(answers.length, 2);
  answers[1]?.({ ...stored, key: { ...stored.key, revokedAt: new Date() } });
  t.is(await second, undefined);
  answers[0]?.(stored);
  await first;
  t.is(await authenticate(token), undefined);
});

test('a late failure of an old lookup does not evict the newer one', async (t) => {
  const { token, stored } = makeKey();
  const clock = { ms: 0 };
  const asked: { resolve: (found: StoredApiKey) => void; reject: (error: Error) => void }[] = [];
  const { authenticate } = createAuthenticator({
    find: () => new Promise((resolve, reject) => asked.push({ resolve, reject })),
    cacheMs: 1_000,
    now: () => clock.ms,
  });
  const first = authenticate(token);
  clock.ms = 1_000;
  const second = authenticate(token);
  asked[1]?.resolve(stored);
  t.deepEqual(await second, principalOf(stored));
  asked[0]?.reject(new Error('away'));
  await t.throwsAsync(first, { message: 'away' });
  t.deepEqual(await authenticate(token), principalOf(stored));
  t.is(asked.length, 2);
});

test('a database failure rejects all waiting calls and is not cached', async (t) => {
  const { token, stored } = makeKey();
  const failure = new Error('away');
  let away = true;
  let asked = 0;
  const { authenticate } = createAuthenticator({
    async find() {
      asked += 1;
      if (away) throw failure;
      return stored;
    },
  });
  const answers = await Promise.allSettled([authenticate(token), authenticate(token)]);
  t.deepEqual(answers, Array(2).fill({ status: 'rejected', reason: failure }));
  t.is(asked, 1);
  away = false;
  t.deepEqual(await authenticate(token), principalOf(stored));
});

test('evicts the oldest of more than 1000 keys', async (t) => {
  const made = Array.from({ length: 1_001 }, () => makeKey());
  const { authenticate, asked } = setUp(...made.map(({ stored }) => stored));
  for (const { token } of made) await authenticate(token);
  t.is(asked.length, 1_001);
  await authenticate(made[1_000]?.token ?? '');
  await authenticate(made[1]?.token ?? '');
  t.is(asked.length, 1_001);
  await authenticate(made[0]?.token ?? '');
  t.is(asked.length, 1_002);
});
