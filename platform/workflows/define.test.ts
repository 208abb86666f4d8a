import test from 'ava';
import { defineWorkflow } from './define.js';

// `tsc` checks the types here: a line below @ts-expect-error that compiles is an error.

const given = { name: 'a-b', summary: '', output: {}, executionTimeout: '1 day' } as const;
const name = { type: 'string' } as const;

/** Compiled, never called. */
const typed = () => [
  defineWorkflow({
    ...given,
    input: { type: ['object', 'null'], properties: { name, 'a-b': true }, required: ['name'] },
  }),
  defineWorkflow({ ...given, input: { allOf: [{ properties: { name } }], properties: {}, required: ['name'] } }),
  // @ts-expect-error no type has this name
  defineWorkflow({ ...given, input: { type: 'object', properties: { name: { type: 'strng' } } } }),
  // @ts-expect-error no keyword has this name
  defineWorkflow({ ...given, input: { type: 'object', properties: { name }, requierd: ['name'] } }),
  // @ts-expect-error no keyword has this name, also inside
  defineWorkflow({ ...given, input: { anyOf: [{ items: { lenght: 1 } }] } }),
  // @ts-expect-error the minimum is a number
  defineWorkflow({ ...given, input: { type: 'integer', minimum: '0' } }),
  // @ts-expect-error no property has this name
  defineWorkflow({ ...given, input: { type: 'object', properties: { name }, required: ['nme'] } }),
  // @ts-expect-error no part of a definition has this name
  defineWorkflow({ ...given, input: {}, executionTimout: '1 day' }),
  // @ts-expect-error no unit has this name
  defineWorkflow({ ...given, input: {}, executionTimeout: '1 dag' }),
  // @ts-expect-error kebab-case
  defineWorkflow({ ...given, input: {}, name: 'a_b' }),
  // @ts-expect-error no part of a signal has this name
  defineWorkflow({ ...given, input: {}, signals: { go: { summary: '', input: {}, inptu: {} } } }),
  // @ts-expect-error no keyword of a message's schema has this name
  defineWorkflow({ ...given, input: {}, queries: { at: { summary: '', output: { propertis: {} } } } }),
];

test('definitions without mistakes compile, mistakes in them do not', (t) => {
  t.is(typed.length, 0);
});
