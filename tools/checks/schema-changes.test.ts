import test from 'ava';
import { schemaChanges } from './schema-changes.js';
import type { JsonObject } from './schema-parts.js';
import type { Direction } from './schema-words.js';

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

type Narrowing = readonly [wide: unknown, narrow: unknown, inRequest: readonly string[], inResponse: readonly string[]];

/** In a request what is narrower breaks; in a response what is wider does. The other way around neither is told. */
const narrowings: Readonly<Record<string, Narrowing>> = {
  'a type of several': [nullable, text, ['takes no null any more'], ['may be null now']],
  'integers among numbers': [
    number,
    { type: 'integer' },
    ['takes no number with a fraction any more'],
    ['may be number with a fraction now'],
  ],
  'a type where there was none': [{}, text, ['takes only string now'], ['may be of any type now']],
  'a value of an enum': [
    { enum: ['a', 'b', 'c'] },
    { enum: ['a'] },
    ['takes no "b" any more', 'takes no "c" any more'],
    ['may be "b" now', 'may be "c" now'],
  ],
  'a const of an enum': [{ enum: ['a', 'b'] }, { const: 'a' }, ['takes no "b" any more'], ['may be "b" now']],
  'null among the values of an enum': [
    { type: ['string', 'null'], enum: ['a', null] },
    { type: 'string', enum: ['a'] },
    ['takes no null any more'],
    ['may be null now'],
  ],
  'an enum where there was none': [
    text,
    { type: 'string', enum: ['a', 'b'] },
    ['takes only "a", "b" now'],
    ['may be other values now than "a", "b"'],
  ],
  'one of two booleans': [{ type: 'boolean' }, { const: true }, ['takes no false any more'], ['may be false now']],
  'a lower maximum': [
    { type: 'integer', maximum: 100 },
    { type: 'integer', maximum: 50 },
    ['has maximum 50 now, it had 100'],
    ['has maximum 100 now, it had 50'],
  ],
  'a limit that excludes itself': [
    { type: 'number', minimum: 0 },
    { type: 'number', exclusiveMinimum: 0 },
    ['has exclusiveMinimum 0 now, it had none'],
    ['has exclusiveMinimum none now, it had 0'],
  ],
  'a maximum that excludes itself': [
    { type: 'number', maximum: 5 },
    { type: 'number', exclusiveMaximum: 5 },
    ['has exclusiveMaximum 5 now, it had none'],
    ['has exclusiveMaximum none now, it had 5'],
  ],
  'a length': [
    text,
    { type: 'string', minLength: 1, maxLength: 9 },
    ['has minLength 1 now, it had none', 'has maxLength 9 now, it had none'],
    ['has minLength none now, it had 1', 'has maxLength none now, it had 9'],
  ],
  'a number of items': [
    { type: 'array', minItems: 1 },
    { type: 'array', minItems: 2 },
    ['has minItems 2 now, it had 1'],
    ['has minItems 1 now, it had 2'],
  ],
  'a format': [
    text,
    { type: 'string', format: 'uuid' },
    ['has format "uuid" now, it had none'],
    ['has format none now, it had "uuid"'],
  ],
  'a pattern where there was none': [
    text,
    { type: 'string', pattern: '^a' },
    ['has pattern "^a" now, it had none'],
    ['has pattern none now, it had "^a"'],
  ],
  'a property that must be there': [
    object({ name: text }),
    object({ name: text }, ['name']),
    ['/name is required now'],
    ['/name may be missing now'],
  ],
  "a property's schema": [
    object({ a: object({ 'b/c': nullable }) }),
    object({ a: object({ 'b/c': text }) }),
    ['/a/b~1c takes no null any more'],
    ['/a/b~1c may be null now'],
  ],
  "a list's items": [
    { type: 'array', items: nullable },
    { type: 'array', items: text },
    ['/[] takes no null any more'],
    ['/[] may be null now'],
  ],
  "a map's values": [
    { type: 'object', additionalProperties: nullable },
    { type: 'object', additionalProperties: text },
    ['/* takes no null any more'],
    ['/* may be null now'],
  ],
  'an alternative': [{ anyOf: [text, number] }, { anyOf: [text] }, ['takes no number any more'], ['may be number now']],
  'an alternative among objects': [
    { oneOf: [object({ kind: { const: 'a' } }, ['kind']), object({ kind: { const: 'b' }, x: text }, ['kind'])] },
    { oneOf: [object({ kind: { const: 'a' } }, ['kind'])] },
    ['takes no object {kind: "b"} any more'],
    ['may be object {kind: "b"} now'],
  ],
  'something within one of the alternatives': [
    { oneOf: [object({ kind: { const: 'a' } }, ['kind']), object({ kind: { const: 'b' }, x: text }, ['kind'])] },
    { oneOf: [object({ kind: { const: 'a' } }, ['kind']), object({ kind: { const: 'b' }, x: text }, ['kind', 'x'])] },
    ['/x is required now'],
    ['/x may be missing now'],
  ],
  'one of all that must hold': [
    { allOf: [text] },
    { allOf: [text, { maxLength: 5 }] },
    ['has maxLength 5 now, it had none'],
    ['has maxLength none now, it had 5'],
  ],
};

for (const [what, [wide, narrow, inRequest, inResponse]] of Object.entries(narrowings)) {
  test(`tells a request that no longer takes, and a response that newly gives: ${what}`, (t) => {
    t.deepEqual(changes('request', wide, narrow), inRequest);
    t.deepEqual(changes('response', narrow, wide), inResponse);
  });
  test(`tells nothing of a request that newly takes, and of a response that no longer gives: ${what}`, (t) => {
    t.deepEqual(changes('request', narrow, wide), []);
    t.deepEqual(changes('response', wide, narrow), []);
  });
}

const cases: Readonly<
  Record<string, readonly [Direction, before: unknown, after: unknown, expected: readonly string[]]>
> = {
  'a new optional property of a request is none': ['request', object({}), object({ a: text }), []],
  'a new optional property is none where others were not spoken of': [
    'request',
    openObject({}),
    openObject({ a: text }),
    [],
  ],
  'a new property of a map is one when it is not what the others are': [
    'request',
    object({}, [], nullable),
    object({ a: text }, [], nullable),
    ['/a takes no null any more'],
  ],
  'a new required property of a request is one': [
    'request',
    object({}),
    object({ a: text }, ['a']),
    ['/a is required now'],
  ],
  'a property that goes from a closed request is one': [
    'request',
    object({ a: text }),
    object({}),
    ['/a is taken no longer'],
  ],
  'a property that goes from an open request is none': ['request', object({ a: text }), object({}, [], true), []],
  'a request that is closed is one': ['request', openObject({}), object({}), ['takes no other properties any more']],
  'a new property of a response is none': ['response', object({}), object({ a: text }, ['a']), []],
  'a response that is opened is none': ['response', object({}), object({}, [], true), []],
  'a property that goes from a response is one, optional or not': [
    'response',
    object({ a: text, b: text }, ['a']),
    object({}),
    ['/a is gone', '/b is gone'],
  ],
  'a new property of a map is one for readers when it is not what the others are': [
    'response',
    object({}, [], text),
    object({ a: number }, [], text),
    ['/a may be number now'],
  ],
  'a map that is closed is one for readers': [
    'response',
    object({}, [], text),
    object({}),
    ['has no other properties any more'],
  ],
  'an optional property that only some alternatives have now is none': [
    'response',
    object({ status: { enum: ['done', 'running'] }, result: text }, ['status']),
    {
      oneOf: [
        object({ status: { const: 'done' }, result: text }, ['status', 'result']),
        object({ status: { const: 'running' } }, ['status']),
      ],
    },
    [],
  ],
  'a new alternative is one for readers': [
    'response',
    { anyOf: [object({ a: text }, ['a']), { type: 'null' }] },
    { anyOf: [object({ a: text }, ['a']), { type: 'null' }, { type: 'array' }] },
    ['may be array now'],
  ],
  'alternatives instead of several types are none': ['request', nullable, { anyOf: [text, { type: 'null' }] }, []],
  'several types instead of alternatives are none': ['response', { anyOf: [text, { type: 'null' }] }, nullable, []],
  'alternatives in another order are none': ['request', { oneOf: [text, number] }, { oneOf: [number, text] }, []],
  'an enum that falls into alternatives is none': [
    'request',
    { enum: ['a', 'b'] },
    { oneOf: [{ const: 'a' }, { const: 'b' }] },
    [],
  ],
  'values of an enum are held against all that is asked for': [
    'request',
    { enum: ['a', 'long'] },
    { type: 'string', maxLength: 2 },
    ['takes no "long" any more'],
  ],
  'all of several is what they are together': [
    'response',
    openObject({ a: text, b: number }, ['a', 'b']),
    { allOf: [openObject({ a: text }, ['a']), openObject({ b: number }, ['b'])] },
    [],
  ],
  'what people read is none': [
    'request',
    object({ title: { ...text, title: 'A', description: 'a', default: 'x', examples: ['y'], 'x-a': 1 } }),
    object({ title: { ...text, title: 'B', description: 'b' } }),
    [],
  ],
  'what is asked of a type that it does not have is none': [
    'request',
    text,
    { ...text, maximum: 5, maxItems: 1, items: false, required: ['a'], additionalProperties: false },
    [],
  ],
  'a limit that another keyword kept already is none': [
    'request',
    { type: 'number', minimum: 1, maximum: 4 },
    { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 5 },
    [],
  ],
  'a value that the type excluded before is none': [
    'request',
    { type: 'string', enum: ['a', null] },
    { type: 'string', enum: ['a'] },
    [],
  ],
  'nothing at all instead of a value is one': ['request', { enum: ['a'] }, false, ['takes no "a" any more']],
  'a property that was never taken, and is not now, is none': ['request', object({ a: false }), object({}), []],
  'a property that a response never had, and has not now, is none': ['response', object({ a: false }), object({}), []],
  'a property that is one of a map now is none': ['response', object({ a: text }), object({}, [], text), []],
  'one of two alternatives that may overlap is none for readers': [
    'response',
    { oneOf: [text, { type: ['string', 'null'] }] },
    text,
    [],
  ],
  'alternatives that may overlap as they did are none, whatever people read there': [
    'request',
    { ...text, oneOf: [{ minLength: 3 }, { maxLength: 9, description: 'a' }], maxLength: 20 },
    { ...text, oneOf: [{ minLength: 3 }, { maxLength: 9, description: 'b' }], maxLength: 30 },
    [],
  ],
  'alternatives that a value tells apart are none': [
    'request',
    { const: 'a' },
    { oneOf: [{ const: 'a' }, { ...text, maxLength: 0 }] },
    [],
  ],
  'alternatives that a value tells apart, in another order, are none': [
    'request',
    text,
    { oneOf: [text, { enum: [1, null] }] },
    [],
  ],
  'a least length of 0 is none': ['request', text, { ...text, minLength: 0 }, []],
  'a least length of 0 is none, of any type': ['request', {}, { minLength: 0 }, []],
  'what people read is none beside what is one': [
    'request',
    { ...text, title: 'A', deprecated: true },
    { ...text, title: 'B', maxLength: 5 },
    ['has maxLength 5 now, it had none'],
  ],
  'a condition that is as it was is none beside what is one': [
    'request',
    { ...text, not: { const: 'a' } },
    { ...text, not: { const: 'a' }, maxLength: 5 },
    ['has maxLength 5 now, it had none'],
  ],
  'a pattern that changed cannot be told': [
    'request',
    { ...text, pattern: '^a$' },
    { ...text, pattern: '^[ab]$' },
    ['has pattern "^[ab]$" now, it had "^a$"; whether it takes less cannot be told'],
  ],
  'alternatives that may overlap cannot be told': [
    'request',
    text,
    { oneOf: [{ ...text, minLength: 3 }, { ...text, maxLength: 9 }, text] },
    ['has another oneOf now, whose alternatives may overlap: whether it takes less cannot be told'],
  ],
  'alternatives that only together are what was taken cannot be told': [
    'request',
    text,
    {
      anyOf: [
        { ...text, minLength: 3 },
        { ...text, maxLength: 9 },
      ],
    },
    ['has other alternatives now for string: whether it takes less cannot be told'],
  ],
  'a new condition that is not looked into cannot be told': [
    'request',
    text,
    { ...text, not: { const: 'a' } },
    ['has another not now: whether it takes less cannot be told'],
  ],
  'a condition that goes is none': ['request', { ...text, not: { const: 'a' } }, text, []],
  'a change beside an unknown keyword cannot be told': [
    'response',
    { type: 'array', prefixItems: [text] },
    { type: 'array', prefixItems: [text], minItems: 1 },
    ['has changed beside prefixItems: whether it gives more cannot be told'],
  ],
  'an unknown keyword without a change is none': [
    'response',
    { unevaluatedItems: false },
    { unevaluatedItems: false },
    [],
  ],
  'everything taken from a property is told': [
    'request',
    object({ a: text }),
    object({ a: false }),
    ['/a is taken no longer'],
  ],
};

for (const [what, [direction, before, after, expected]] of Object.entries(cases)) {
  test(`in a schema, ${what}`, (t) => {
    t.deepEqual(changes(direction, before, after), expected);
  });
}

const node = (value: unknown) => ({
  Node: object({ value, children: { type: 'array', items: { $ref: '#/components/schemas/Node' } } }, ['value']),
});
const nodeRef = { $ref: '#/components/schemas/Node' };

test('a recursive schema is compared once', (t) => {
  t.deepEqual(changes('request', nodeRef, nodeRef, [node(nullable), node(nullable)]), []);
  t.deepEqual(changes('request', nodeRef, nodeRef, [node(nullable), node(text)]), ['/value takes no null any more']);
  t.deepEqual(changes('response', nodeRef, nodeRef, [node(text), node(nullable)]), ['/value may be null now']);
});

test('a recursive alternative is compared once', (t) => {
  const tree = (leaf: unknown) => ({
    Tree: { oneOf: [leaf, object({ left: { $ref: '#/components/schemas/Tree' } }, ['left'])] },
  });
  const ref = { $ref: '#/components/schemas/Tree' };
  t.deepEqual(changes('request', ref, ref, [tree(nullable), tree(text)]), ['takes no null any more']);
  t.deepEqual(changes('request', ref, ref, [tree(text), tree(nullable)]), []);
});

test('a schema is the same whether it stands there or is referred to', (t) => {
  const schemas = { Name: { ...text, maxLength: 5 } };
  const ref = { $ref: '#/components/schemas/Name', description: 'A name' };
  t.deepEqual(changes('request', ref, schemas.Name, [schemas]), []);
  t.deepEqual(changes('response', schemas.Name, ref, [schemas]), []);
});

test('a name in a reference may have any letters', (t) => {
  const schemas = { 'a/b~c d': { ...text, maxLength: 5 } };
  t.deepEqual(
    changes('request', { ...text, maxLength: 4 }, { $ref: '#/components/schemas/a~1b~0c%20d' }, [schemas]),
    [],
  );
});

test('values of an enum are held against what is referred to', (t) => {
  const schemas = { Short: { ...text, maxLength: 2 } };
  const after = { anyOf: [{ $ref: '#/components/schemas/Short' }, { type: 'null' }] };
  t.deepEqual(changes('request', { enum: ['a', 'long', null] }, after, [schemas]), ['takes no "long" any more']);
});

test('refuses a reference that leads to nothing, and what is no schema', (t) => {
  const refused = (schema: unknown) => () => changes('request', schema, { type: 'array', items: text });
  t.throws(refused({ $ref: '#/components/schemas/None' }), { message: /None leads to nothing/ });
  t.throws(refused({ $ref: 'other.json#/components/schemas' }), { message: /leads to nothing in the document/ });
  t.throws(refused({ type: 'array', items: [text] }), { message: /not a JSON Schema/ });
});
