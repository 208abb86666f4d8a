import test from 'ava';
import { idempotencyKeyOf } from './idempotency-key.js';

const read = (value: string) => idempotencyKeyOf({ 'idempotency-key': value });

const readable: readonly [given: string, key: string][] = [
  ['"8e03978e-40d5-43e8-bc93-6894a57f9324"', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
  ['8e03978e-40d5-43e8-bc93-6894a57f9324', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
  ['  "a"  ', 'a'],
  ['"with space, comma; and \\"quotes\\" and \\\\"', 'with space, comma; and "quotes" and \\'],
  [`"${'x'.repeat(255)}"`, 'x'.repeat(255)],
  ['urn:uuid:1/2+3=4', 'urn:uuid:1/2+3=4'],
];
for (const [given, key] of readable) {
  test(`${given.slice(0, 60)} is a key`, (t) => {
    t.is(read(given), key);
  });
}

const unreadable: readonly [name: string, given: string][] = [
  ['nothing', ''],
  ['an empty string', '""'],
  ['an unclosed quote', '"abc'],
  ['a quote inside', 'a"b'],
  ['two keys', '"a", "b"'],
  ['two bare keys', 'a, b'],
  ['a space', 'a b'],
  ['a character outside ASCII', '"schl\u00fcssel"'],
  ['a control character', '"a\tb"'],
  ['an unknown escape', '"a\\n"'],
  ['256 characters', `"${'x'.repeat(256)}"`],
  ['256 bare characters', 'x'.repeat(256)],
];
for (const [name, given] of unreadable) {
  test(`${name} is not a key`, (t) => {
    t.throws(() => read(given), { code: 'idempotency-key-invalid' });
  });
}

test('a request without the header has no key', (t) => {
  t.is(idempotencyKeyOf({}), undefined);
});
