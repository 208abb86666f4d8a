import test from 'ava';
import { parseJson } from './json.js';

const parse = (text: string) => parseJson(Buffer.from(text));
const faultsOf = (t: import('ava').ExecutionContext, text: string) =>
  (t.throws(() => parse(text), { code: 'input-invalid' }) as unknown as { faults: unknown }).faults;

test('what is JSON comes back as it is, a byte order mark aside', (t) => {
  t.deepEqual(parse('{"a":[1,"ü",null,true,{"b/c":-1.5e3}]}'), { a: [1, 'ü', null, true, { 'b/c': -1500 }] });
  t.deepEqual(parse('\uFEFF{"a":1}'), { a: 1 });
  t.deepEqual(parse('"\\ud83d\\ude00"'), '😀');
});

test('no bytes are undefined', (t) => {
  t.is(parse(''), undefined);
});

test('malformed JSON is refused with the place', (t) => {
  const places: [text: string, offset: number, line: number, column: number][] = [
    ['{"a":}', 5, 1, 6],
    ['{\n  "a": 1,\n}', 12, 3, 1],
    [' ', 1, 1, 2],
    ['[1,2', 4, 1, 5],
    ['NaN', 0, 1, 1],
    ['// no\n1', 0, 1, 1],
    ["{'a':1}", 1, 1, 2],
  ];
  for (const [text, offset, line, column] of places) {
    const error = t.throws(() => parse(text), { code: 'json-malformed' }, text);
    t.deepEqual((error as unknown as { members: unknown }).members, { position: { offset, line, column } }, text);
  }
});

test('a megabyte of brackets is refused, and does not overflow the stack', (t) => {
  t.throws(() => parse('['.repeat(1_000_000)), { code: 'json-malformed' });
  t.throws(() => parse('{"a":'.repeat(200_000)), { code: 'json-malformed' });
  t.throws(() => parse(`${'['.repeat(500_000)}${']'.repeat(500_000)}`), { code: 'input-invalid' });
});

test('bytes that are not UTF-8 are refused', (t) => {
  t.throws(() => parseJson(Uint8Array.from([0x22, 0xff, 0x22])), { code: 'json-malformed', message: /UTF-8/ });
});

test('each value that cannot be kept is named with its pointer', (t) => {
  const text = '{"a":"x\\u0000","b":["\\ud800",1e999],"c~/d":{"__proto__":{}},"e\\u0000":1,"f":"fine"}';
  t.deepEqual(faultsOf(t, text), [
    { pointer: '/a', detail: 'must not contain the character U+0000' },
    { pointer: '/b/0', detail: 'must not contain half a surrogate pair' },
    { pointer: '/b/1', detail: 'must be a number that fits in 64 bits' },
    { pointer: '/c~0~1d/__proto__', detail: 'is a name that is not allowed' },
    { pointer: '/e\u0000', detail: 'must not contain the character U+0000' },
  ]);
});

test('64 levels are taken, 65 are not', (t) => {
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  t.notThrows(() => parse(nested(64)));
  t.deepEqual(faultsOf(t, nested(65)), [
    { pointer: '/0'.repeat(64), detail: 'must not be nested deeper than 64 levels' },
  ]);
});

test('a hundred faults are enough', (t) => {
  t.is((faultsOf(t, `[${'"\\u0000",'.repeat(5000)}1]`) as unknown[]).length, 100);
});
