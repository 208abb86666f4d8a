import { createHash } from 'node:crypto';
import test from 'ava';
import { testProduct } from '../testing/test-product.js';
import { anonymous, isKeyName, makeToken, readToken } from './api-key.js';

const id = 'Abcdefgh01234567';
const secret = '_-3456789012345678901234567890123456789_123';

test('a generated token has an id of 16 letters and digits and a secret of 32 bytes', (t) => {
  const [, newId = '', newSecret = ''] =
    makeToken(testProduct).match(/^tested_([A-Za-z0-9]{16})_([A-Za-z0-9_-]{43})$/) ?? [];
  t.is(newId.length, 16);
  t.is(Buffer.from(newSecret, 'base64url').length, 32);
});

test('generated tokens have unique ids and secrets', (t) => {
  const read = Array.from({ length: 1_000 }, () => readToken(makeToken(testProduct)));
  t.is(new Set(read.map((credential) => credential?.id)).size, 1_000);
  t.is(new Set(read.map((credential) => credential?.secretHash.toString('hex'))).size, 1_000);
});

test('parses the id and the SHA-256 of a secret with underscores', (t) => {
  t.deepEqual(readToken(`tested_${id}_${secret}`), { id, secretHash: createHash('sha256').update(secret).digest() });
});

test('accepts ids of 16 to 32 characters', (t) => {
  t.is(readToken(`tested_${'x'.repeat(32)}_${secret}`)?.id, 'x'.repeat(32));
  t.is(readToken(`tested_${'x'.repeat(15)}_${secret}`), undefined);
  t.is(readToken(`tested_${'x'.repeat(33)}_${secret}`), undefined);
});

const invalidTokens: Readonly<Record<string, string>> = {
  'an empty text': '',
  'the prefix alone': 'tested_',
  'a missing secret': `tested_${id}`,
  'an empty secret': `tested_${id}_`,
  'an empty id': `tested__${secret}`,
  'another prefix': `Tested_${id}_${secret}`,
  'a space before it': ` tested_${id}_${secret}`,
  'a line break after it': `tested_${id}_${secret}\n`,
  'a secret that is too short': `tested_${id}_${secret.slice(1)}`,
  'a secret that is too long': `tested_${id}_${secret}x`,
  'a character outside base64url': `tested_${id}_${secret.slice(1)}+`,
  'a letter beyond ASCII': `tested_${id.slice(1)}é_${secret}`,
  'an id with a hyphen': `tested_${id.slice(1)}-_${secret}`,
};
for (const [what, token] of Object.entries(invalidTokens))
  test(`rejects ${what}`, (t) => {
    t.is(readToken(token), undefined);
  });

test('rejects texts of any length quickly', (t) => {
  const texts = ['tested_'.repeat(1e6), `tested_${'x'.repeat(5e6)}`, '_'.repeat(5e6)];
  // CPU time of this process, the minimum of several attempts, so that other load does not count.
  const spent = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage();
    for (const text of texts) t.is(readToken(text), undefined);
    return process.cpuUsage(start).user;
  });
  t.true(Math.min(...spent) < 50_000, `${spent} µs`);
});

test('names have 1 to 100 letters, digits, dots, underscores and hyphens', (t) => {
  for (const name of ['a', 'billing-2.prod_EU', 'x'.repeat(100)]) t.true(isKeyName(name), name);
  for (const name of ['', 'x'.repeat(101), 'two words', 'cli:root', 'a/b', 'é', 'a\n']) t.false(isKeyName(name), name);
});

test('no key can have the name of anonymous callers', (t) => {
  t.false(isKeyName(anonymous));
});
