import test from 'ava';
import { parseJson } from './json.js';

const parse = (text: string) => parseJson(Buffer.from(text));
const faultsOf = (t: import('ava').ExecutionContext, text: string) =>
  (t.throws(() => parse(text), { code: 'input-invalid' }) as unknown as { faults: unknown }).faults;

test('keeps JSON values and drops a byte order mark', (t) => {
  t.deepEqual(parse('{"a":[1,"ü",null,true,{"b/c":-1.5e3}]}'), { a: [1, 'ü', null, true, { 'b/c': -1500 }] });
  t.deepEqual(parse('\uFEFF{"a":1}'), { a: 1 });
  t.deepEqual(parse('"\\ud83d\\ude00"'), '😀');
});

test('an empty body is undefined', (t) => {
  t.is(parse(''), undefined);
});

test('rejects malformed JSON with its position', (t) => {
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

test('rejects a megabyte of brackets without overflowing the stack', (t) => {
  t.throws(() => parse('['.repeat(1_000_000)), { code: 'json-malformed' });
  t.throws(() => parse('{"a":'.repeat(200_000)), { code: 'json-malformed' });
  t.throws(() => parse(`${'['.repeat(500_000)}${']'.repeat(500_000)}`), { code: 'input-invalid' });
});

test('rejects bytes that are not UTF-8', (t) => {
  t.throws(() => parseJson(Uint8Array.from([0x22, 0xff, 0x22])), { code: 'json-malformed', message: /UTF-8/ });
});

test('reports the pointer of each value that cannot be stored', (t) => {
  const text = '{"a":"x\\u0000","b":["\\ud800",1e999],"c~/d":{"__proto__":{}},"e\\u0000":1,"f":"fine"}';
  t.deepEqual(faultsOf(t, text), [
    { pointer: '/a', detail: 'must not contain the character U+0000' },
    { pointer: '/b/0', detail: 'must not contain an unpaired surrogate' },
    { pointer: '/b/1', detail: 'must fit in a 64-bit floating-point number' },
    { pointer: '/c~0~1d/__proto__', detail: 'is a reserved name' },
    { pointer: '/e\u0000', detail: 'must not contain the character U+0000' },
  ]);
});

test('accepts 64 levels of nesting and rejects 65', (t) => {
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  t.notThrows(() => parse(nested(64)));
  t.deepEqual(faultsOf(t, nested(65)), [
    { pointer: '/0'.repeat(64), detail: 'must not be nested deeper than 64 levels' },
  ]);
});

test('reports at most 100 faults', (t) => {
  t.is((faultsOf(t, `[${'"\\u0000",'.repeat(5000)}1]`) as unknown[]).length, 100);
});

test('rejects a number that would lose precision, with its pointer', (t) => {
  const lost = {
    '9007199254740993': '9007199254740992',
    '-9007199254740993': '-9007199254740992',
    '9007199254740993.0': '9007199254740992',
    '72057594037927936': '72057594037927940',
    '18446744073709551615': '18446744073709552000',
    '12345678901234567890123': '1.2345678901234568e+22',
    '0.1234567890123456789': '0.12345678901234568',
    '3.14159265358979323846': '3.141592653589793',
    '1e-400': '0',
    '1.0000000000000000001e5': '100000',
    '1e400': undefined,
  };
  for (const [literal, value] of Object.entries(lost)) {
    const detail = value
      ? `must not lose precision: ${literal} would become ${value}; send it as a string`
      : 'must fit in a 64-bit floating-point number';
    t.deepEqual(faultsOf(t, `{"a":[1,{"b":${literal}}]}`), [{ pointer: '/a/1/b', detail }], literal);
    t.deepEqual(faultsOf(t, literal), [{ pointer: '', detail }], literal);
  }
});

test('accepts every notation of a number that keeps its value', (t) => {
  const kept = ['9007199254740992', '9007199254740994', '0.1', '1.10', '-0', '0e5', '0.000', '1E2', '1e21', '100e-2'];
  const seventeen = ['0.10000000000000001', '5.6843418860808015E-14', '1.1529215046068470e+18'];
  const more = [
    ...seventeen,
    '1.7976931348623157e308',
    '5e-324',
    '0.30000000000000004',
    '123456789012345680000',
    '1.50e+3',
  ];
  for (const literal of [...kept, ...more, `1${'0'.repeat(22)}`, `0.${'0'.repeat(50)}1`]) {
    t.is(parse(literal), Number(literal), literal);
  }
  t.deepEqual(parse('{"a":"9007199254740993","1e5":"1e400"}'), { a: '9007199254740993', '1e5': '1e400' });
});

test('rejects a duplicate name with its pointer', (t) => {
  const detail = 'must not repeat a name of its object';
  t.deepEqual(faultsOf(t, '{"a":1,"b":{"c":2,"c" : 3},"a":4}'), [
    { pointer: '/b/c', detail },
    { pointer: '/a', detail },
  ]);
  t.deepEqual(faultsOf(t, '[{"a":1,"\\u0061":1}]'), [{ pointer: '/0/a', detail }]);
  t.deepEqual(parse('[{"a":"\\":"},{"a":"b\\" :"}]'), [{ a: '":' }, { a: 'b" :' }]);
});

test('checks numbers of a megabyte quickly', (t) => {
  const start = performance.now();
  t.throws(() => parse(`1${'0'.repeat(1_000_000)}1`), { code: 'input-invalid' });
  t.throws(() => parse(`0.${'0'.repeat(1_000_000)}1`), { code: 'input-invalid' });
  t.notThrows(() => parse(JSON.stringify({ a: 'x"\\'.repeat(400_000), b: 0.12345678901234568 })));
  t.is((faultsOf(t, `[${'9007199254740993,'.repeat(50_000)}1]`) as unknown[]).length, 100);
  t.true(performance.now() - start < 5_000);
});
