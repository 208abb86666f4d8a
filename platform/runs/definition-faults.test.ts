import test from 'ava';
import { fixtureCatalogue } from '../testing/fixtures/catalogue.js';
import type { WorkflowDefinition } from '../workflows/define.js';
import { checkDefinitions } from './definition-faults.js';
import { createAjv } from './schema-check.js';
import { createValidation } from './validation.js';

const valid: WorkflowDefinition = {
  name: 'order',
  summary: 'Orders',
  taskQueue: 'workflows',
  executionTimeout: '1 day',
  ...{ input: {}, output: {}, signals: {}, queries: {}, updates: {} },
};

const linesOf = (changes: object): string[] => {
  const definition = { ...valid, ...changes } as WorkflowDefinition;
  try {
    checkDefinitions(createAjv(), new Map([['order', definition]]));
    return [];
  } catch (error) {
    return (error as Error).message.split('\n');
  }
};
const ofInput = (input: object) => linesOf({ input });

test('accepts the fixtures', (t) => {
  t.notThrows(() => createValidation(fixtureCatalogue));
  t.deepEqual(linesOf({}), []);
});

test('names workflow, part, path and mistake in one line', (t) => {
  const cents = (schema: object) => ofInput({ type: 'object', properties: { cents: schema } });
  t.deepEqual(cents({ type: 'intger' }), [
    'Workflow order: input: /properties/cents/type: "intger" is not a type; did you mean "integer"?',
  ]);
  t.deepEqual(cents({ type: ['string', 'nul'] }), [
    'Workflow order: input: /properties/cents/type: "nul" is not a type; did you mean "null"?',
  ]);
  t.deepEqual(cents({ minmum: 1 }), [
    'Workflow order: input: /properties/cents/minmum: no keyword has this name; did you mean "minimum"?',
  ]);
  t.deepEqual(cents({ type: 'string', format: 'emial' }), [
    'Workflow order: input: /properties/cents/format: "emial" is not a format; did you mean "email"?',
  ]);
  t.deepEqual(cents({ type: 'string', pattern: '(' }), [
    'Workflow order: input: /properties/cents/pattern: "(" is not a regular expression',
  ]);
  t.deepEqual(cents({ $ref: '#/$defs/cents' }), [
    'Workflow order: input: /properties/cents/$ref: references are not supported; share the schema as a constant',
  ]);
  t.deepEqual(cents({ type: 'integer', minimum: '0' }), [
    'Workflow order: input: /properties/cents/minimum: must be number',
  ]);
});

test('finds mistakes in nested schemas and in all messages, all at once', (t) => {
  const wrong = { type: 'array', items: { anyOf: [{ lenght: 1 }] } };
  const at = '/items/anyOf/0/lenght: no keyword has this name';
  t.deepEqual(
    linesOf({
      output: wrong,
      signals: { go: { summary: '', input: wrong } },
      queries: { state: { summary: '', output: wrong } },
      updates: { decide: { summary: '', input: {}, output: wrong } },
    }),
    ['output', 'signal go: input', 'query state: output', 'update decide: output'].map(
      (part) => `Workflow order: ${part}: ${at}`,
    ),
  );
});

test('finds required names that no property has', (t) => {
  const properties = { orderId: { type: 'string' } };
  t.deepEqual(ofInput({ type: 'object', properties, required: ['orderId', 'orderid'] }), [
    'Workflow order: input: /required/1: no property is named "orderid"; did you mean "orderId"?',
  ]);
  t.deepEqual(ofInput({ type: 'object', properties, allOf: [{ properties: { b: {} } }], required: ['b'] }), []);
});

test('finds examples, defaults and enumerated values that the schema does not accept', (t) => {
  const a = { type: 'string', maxLength: 3, examples: ['abc', 'abcd'] };
  const b = { type: 'object', properties: { c: { type: 'integer', default: '1' } }, examples: [{ c: 1 }, { c: 'x' }] };
  const d = { type: 'string', enum: ['x', 1] };
  t.deepEqual(ofInput({ type: 'object', properties: { a, b, d } }).toSorted(), [
    'Workflow order: input: /properties/a/examples/1: must NOT have more than 3 characters',
    'Workflow order: input: /properties/b/examples/1/c: must be integer',
    'Workflow order: input: /properties/b/properties/c/default: must be integer',
    'Workflow order: input: /properties/d/enum/1: must be string',
  ]);
});

test('finds names and durations that Temporal or the API cannot use', (t) => {
  t.deepEqual(linesOf({ name: 'sendInvoice', executionTimeout: '1 dag' }), [
    'Workflow sendInvoice: name: write it in kebab-case, such as send-invoice',
    'Workflow sendInvoice: executionTimeout: "1 dag" is not a duration, such as "30 days"',
  ]);
});
