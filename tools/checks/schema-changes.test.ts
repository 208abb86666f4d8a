import test from 'ava';
import type { JsonObject } from './json-document.js';
import { type Direction, schemaChanges } from './schema-changes.js';

function changes(direction: Direction, before: unknown, after: unknown, components: [JsonObject?, JsonObject?] = []) {
  const [had = {}, has = had] = components;
  const found = schemaChanges(
    direction,
    { document: { components: { schemas: had } }, schema: before },
    { document: { components: { schemas: has } }, schema: after },
  );
  return found.map(({ at, what }) => `${at} ${what}`.trim());
}

const object = (properties: JsonObject, required: readonly string[] = [], additionalProperties: unknown = false) => ({
  type: 'object',
  properties,
  required,
  additionalProperties,
});
const openObject = (properties: JsonObject, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
});
const text = { type: 'string' };
const number = { type: 'number' };
const nullable = { type: ['string', 'null'] };
const kinds = (...required: readonly string[]) => [
  object({ kind: { const: 'a' } }, ['kind']),
  object({ kind: { const: 'b' }, x: text }, ['kind', ...required]),
];

type Narrowing = readonly [wide: unknown, narrow: unknown, inRequest: readonly string[], inResponse: readonly string[]];

/** Narrowing breaks requests, widening breaks responses; the opposite changes are compatible. */
const narrowings: Readonly<Record<string, Narrowing>> = {
  'one of several types': [nullable, text, ['no longer accepts null'], ['can be null now']],
  'integers among numbers': [number, { type: 'integer' }, ['no longer accepts number'], ['can be number now']],
  'a type': [{}, text, ['accepts only string now'], ['can be other types than string now']],
  'a value of an enum': [
    { enum: ['a', 'b', 'c'] },
    { enum: ['a'] },
    ['no longer accepts "b"', 'no longer accepts "c"'],
    ['can be "b" now', 'can be "c" now'],
  ],
  'a const among an enum': [{ enum: ['a', 'b'] }, { const: 'a' }, ['no longer accepts "b"'], ['can be "b" now']],
  'null among an enum': [
    { type: ['string', 'null'], enum: ['a', null] },
    { type: 'string', enum: ['a'] },
    ['no longer accepts null'],
    ['can be null now'],
  ],
  'an enum': [
    text,
    { type: 'string', enum: ['a', 'b'] },
    ['accepts only "a", "b" now'],
    ['can be other values than "a", "b" now'],
  ],
  'a maximum': [
    { type: 'integer', maximum: 100 },
    { type: 'integer', maximum: 50 },
    ['maximum is 50 now, was 100'],
    ['maximum is 100 now, was 50'],
  ],
  'an exclusive minimum': [
    number,
    { type: 'number', exclusiveMinimum: 0 },
    ['exclusiveMinimum is 0 now, was unset'],
    ['exclusiveMinimum is unset now, was 0'],
  ],
  'a length': [
    text,
    { type: 'string', minLength: 1, maxLength: 9 },
    ['minLength is 1 now, was unset', 'maxLength is 9 now, was unset'],
    ['minLength is unset now, was 1', 'maxLength is unset now, was 9'],
  ],
  'a number of items': [
    { type: 'array', minItems: 1 },
    { type: 'array', minItems: 2 },
    ['minItems is 2 now, was 1'],
    ['minItems is 1 now, was 2'],
  ],
  'a pattern': [
    text,
    { type: 'string', pattern: '^a' },
    ['pattern is "^a" now, was unset'],
    ['pattern is unset now, was "^a"'],
  ],
  'a required property': [
    object({ name: text }),
    object({ name: text }, ['name']),
    ['/name is required now'],
    ['/name can be missing now'],
  ],
  'a nested property': [
    object({ a: object({ 'b/c': nullable }) }),
    object({ a: object({ 'b/c': text }) }),
    ['/a/b~1c no longer accepts null'],
    ['/a/b~1c can be null now'],
  ],
  'the items of a list': [
    { type: 'array', items: nullable },
    { type: 'array', items: text },
    ['/[] no longer accepts null'],
    ['/[] can be null now'],
  ],
  'the values of a map': [
    { type: 'object', additionalProperties: nullable },
    { type: 'object', additionalProperties: text },
    ['/* no longer accepts null'],
    ['/* can be null now'],
  ],
  'an alternative': [{ anyOf: [text, number] }, { anyOf: [text] }, ['no longer accepts number'], ['can be number now']],
  'an alternative object': [
    { anyOf: kinds() },
    { anyOf: kinds().slice(0, 1) },
    ['/kind no longer accepts "b"', '/x is no longer accepted'],
    ['/kind can be "b" now'],
  ],
  'a property of an alternative': [
    { anyOf: kinds() },
    { anyOf: kinds('x') },
    ['/x is required now'],
    ['/x can be missing now'],
  ],
  'a part of allOf': [
    { allOf: [text] },
    { allOf: [text, { maxLength: 5 }] },
    ['maxLength is 5 now, was unset'],
    ['maxLength is unset now, was 5'],
  ],
  'a property in a part of allOf': [
    { allOf: [openObject({ code: { enum: ['a', 'b', 'c'] } }), openObject({ code: { enum: ['a', 'b'] } })] },
    { allOf: [openObject({ code: { enum: ['a', 'b', 'c'] } }), openObject({ code: { const: 'a' } })] },
    ['/code no longer accepts "b"'],
    ['/code can be "b" now'],
  ],
};

for (const [what, [wide, narrow, inRequest, inResponse]] of Object.entries(narrowings)) {
  test(`reports a narrower request and a wider response: ${what}`, (t) => {
    t.deepEqual(changes('request', wide, narrow), inRequest);
    t.deepEqual(changes('response', narrow, wide), inResponse);
  });
  test(`accepts a wider request and a narrower response: ${what}`, (t) => {
    t.deepEqual(changes('request', narrow, wide), []);
    t.deepEqual(changes('response', wide, narrow), []);
  });
}

type Case = readonly [Direction, before: unknown, after: unknown, expected?: readonly string[]];

const compatible: Readonly<Record<string, Case>> = {
  'a new optional property of a request': ['request', object({}), object({ a: text })],
  'a new optional property of an open request': ['request', openObject({}), openObject({ a: text })],
  'a removed property of an open request': ['request', object({ a: text }), object({}, [], true)],
  'a new property of a response': ['response', object({}), object({ a: text }, ['a'])],
  'an opened response': ['response', object({}), object({}, [], true)],
  'a property that only some alternatives keep': [
    'response',
    object({ status: { type: 'string' }, result: text }, ['status']),
    {
      anyOf: [
        object({ status: { const: 'done' }, result: text }, ['status', 'result']),
        object({ status: { const: 'running' } }, ['status']),
      ],
    },
  ],
  'alternatives instead of types': ['request', nullable, { anyOf: [text, { type: 'null' }] }],
  'types instead of alternatives': ['response', { anyOf: [text, { type: 'null' }] }, nullable],
  'alternatives in another order': ['request', { anyOf: [text, number] }, { anyOf: [number, text] }],
  'a merged allOf': [
    'response',
    openObject({ a: text, b: number }, ['a', 'b']),
    { allOf: [openObject({ a: text }, ['a']), openObject({ b: number }, ['b'])] },
  ],
  'texts for readers': [
    'request',
    object({ title: { ...text, title: 'A', description: 'a', default: 'x', examples: ['y'], 'x-a': 1 } }),
    object({ title: { ...text, title: 'B', description: 'b' } }),
  ],
  'restrictions of another type': [
    'request',
    text,
    { ...text, maximum: 5, maxItems: 1, items: false, required: ['a'] },
  ],
  'a value that the type excluded': ['request', { type: 'string', enum: ['a', null] }, { type: 'string', enum: ['a'] }],
  'a property that becomes a value of a map': ['response', object({ a: text }), object({}, [], text)],
  'equal keywords that it does not support': ['response', { oneOf: [text, number] }, { oneOf: [text, number] }],
  'an empty schema': ['request', { enum: ['a'] }, {}],
};
for (const [what, [direction, before, after]] of Object.entries(compatible)) {
  test(`accepts ${what}`, (t) => {
    t.deepEqual(changes(direction, before, after), []);
  });
}

const unsupported = 'which this check does not support; compare it by hand';
const breaking: Readonly<Record<string, Case>> = {
  'a new property of a map with another type': [
    'request',
    object({}, [], nullable),
    object({ a: text }, [], nullable),
    ['/a no longer accepts null'],
  ],
  'a new required property of a request': ['request', object({}), object({ a: text }, ['a']), ['/a is required now']],
  'a removed property of a closed request': ['request', object({ a: text }), object({}), ['/a is no longer accepted']],
  'a closed request': ['request', openObject({}), object({}), ['no longer accepts other properties']],
  'removed properties of a response': [
    'response',
    object({ a: text, b: text }, ['a']),
    object({}),
    ['/a is gone', '/b is gone'],
  ],
  'a new property of a map that readers do not expect': [
    'response',
    object({}, [], text),
    object({ a: number }, [], text),
    ['/a can be number now'],
  ],
  'a closed map of a response': ['response', object({}, [], text), object({}), ['no longer has other properties']],
  'a new alternative of a response': [
    'response',
    { anyOf: [object({ a: text }, ['a']), { type: 'null' }] },
    { anyOf: [object({ a: text }, ['a']), { type: 'null' }, { type: 'array' }] },
    ['can be array now'],
  ],
  'a schema that accepts nothing': ['request', { enum: ['a'] }, false, ['no longer accepts string']],
  'a changed pattern': [
    'request',
    { ...text, pattern: '^a$' },
    { ...text, pattern: '^[ab]$' },
    ['pattern is "^[ab]$" now, was "^a$"'],
  ],
  'a keyword that it does not support': [
    'request',
    text,
    { oneOf: [text, { type: 'null' }] },
    [`differs and has oneOf, ${unsupported}`],
  ],
  'a change beside a keyword that it does not support': [
    'request',
    { ...openObject({ a: text }), unevaluatedProperties: false },
    { ...openObject({}), unevaluatedProperties: false },
    [`differs and has unevaluatedProperties, ${unsupported}`],
  ],
};
for (const [what, [direction, before, after, expected = []]] of Object.entries(breaking)) {
  test(`reports ${what}`, (t) => {
    t.deepEqual(changes(direction, before, after), expected);
  });
}

const tree = (value: unknown) => ({
  Tree: object({ value, children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } }, ['value']),
});

test('compares a recursive schema once', (t) => {
  const ref = { $ref: '#/components/schemas/Tree' };
  t.deepEqual(changes('request', ref, ref, [tree(nullable), tree(nullable)]), []);
  t.deepEqual(changes('request', ref, ref, [tree(nullable), tree(text)]), ['/value no longer accepts null']);
  t.deepEqual(changes('response', ref, ref, [tree(text), tree(nullable)]), ['/value can be null now']);
});

test('resolves references, with any characters in their names', (t) => {
  const schemas = { 'a/b~c d': { ...text, maxLength: 5 } };
  const ref = { $ref: '#/components/schemas/a~1b~0c%20d', description: 'A name' };
  t.deepEqual(changes('request', ref, { ...text, maxLength: 5 }, [schemas]), []);
  t.deepEqual(changes('response', { ...text, maxLength: 5 }, ref, [schemas]), []);
  t.deepEqual(changes('request', text, ref, [schemas]), ['maxLength is 5 now, was unset']);
});

test('compares the target of a reference beside a keyword that it does not support', (t) => {
  const schema = { oneOf: [{ $ref: '#/components/schemas/A' }, { type: 'null' }] };
  t.is(changes('request', schema, schema, [{ A: text }, { A: number }]).length, 1);
});

test('rejects a reference without a target, and an invalid schema', (t) => {
  const rejected = (schema: unknown) => () => changes('request', schema, { type: 'array', items: text });
  t.throws(rejected({ $ref: '#/components/schemas/None' }), { message: /None has no target/ });
  t.throws(rejected({ $ref: 'other.json#/components/schemas' }), { message: /has no target in the document/ });
  t.throws(rejected({ type: 'array', items: [text] }), { message: /not a JSON Schema/ });
});
