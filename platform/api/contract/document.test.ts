import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import test from 'ava';
import { catalogue } from '../../../workflows/catalogue.js';
import { createAjv } from '../../runs/schema-check.js';
import { projectRoot } from '../../settings/project.js';
import { defineWorkflow } from '../../workflows/define.js';
import { problemTypes } from '../problem-types.js';
import { createDocument } from './document.js';
import { exampleOf } from './example.js';
import type { Schema } from './schema.js';
import { serialise } from './serialise.js';

interface Content {
  readonly schema: Schema;
  readonly examples: Readonly<Record<string, { readonly value?: unknown; readonly $ref?: string }>>;
}
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, Response>>;
}
interface Response {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, Content>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly responses: Readonly<Record<string, Response>>;
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
  };
}

const documentOf = (of: typeof catalogue) => createDocument(of) as unknown as Document;
const document = documentOf(catalogue);
const operations = Object.values(document.paths).flatMap((path) => Object.values(path));

test('summaries start with a verb, are short and unique', (t) => {
  const verbs = /^(List|Get|Start|Stream|Cancel|Terminate|Send the (signal|update)|Query|Check) /;
  const summaries = operations.map(({ summary }) => summary);
  for (const summary of summaries) {
    t.regex(summary, verbs);
    t.notRegex(summary, /\.$/);
    t.true(summary.length <= 140, summary);
  }
  t.is(new Set(summaries).size, summaries.length);
});

test('summaries of workflows and messages include the summary of their definition', (t) => {
  for (const { name, summary, signals, queries, updates } of catalogue.values()) {
    for (const verb of ['start', 'execute']) {
      const shown = document.paths[`/v1/workflows/${name}/${verb}`]?.['post']?.summary ?? '';
      t.true(shown.startsWith(`Start ${name}`) && shown.endsWith(`: ${summary}`), shown);
    }
    for (const [kind, messages] of Object.entries({ signals, queries, updates }))
      for (const [message, of] of Object.entries<{ summary: string }>(messages)) {
        const shown = Object.values(document.paths[`/v1/runs/{id}/${kind}/${message}`] ?? {})[0]?.summary ?? '';
        t.true(shown.endsWith(`${message}: ${of.summary}`), shown);
      }
  }
});

/** Compiles a schema of the document and resolves its references. */
function compile(schema: Schema) {
  const ajv = createAjv();
  return ajv.compile(JSON.parse(JSON.stringify(inlined(schema))));
}
function inlined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inlined);
  const reference = (value as { $ref?: string }).$ref;
  if (reference !== undefined) return inlined(document.components.schemas[reference.split('/').at(-1) ?? '']);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inlined(item)]));
}

test('the document passes a public validator', async (t) => {
  t.deepEqual(await new Validator().validate(JSON.parse(JSON.stringify(document))), { valid: true });
});

test('docs/openapi.json is up to date; run `npm run generate:contract`', (t) => {
  t.is(readFileSync(join(projectRoot, 'docs/openapi.json'), 'utf8'), serialise(document));
});

test('operation ids are unique', (t) => {
  const ids = operations.map(({ operationId }) => operationId);
  t.is(new Set(ids).size, ids.length);
  for (const id of ids) t.regex(id, /^[a-z][A-Za-z0-9]+$/);
});

test('every example matches its schema; a schema with a pattern needs `examples`', (t) => {
  for (const { operationId, parameters, requestBody, responses } of operations) {
    for (const { name, schema } of parameters) {
      const value = exampleOf(schema);
      t.true(compile(schema)(value), `${operationId}, parameter ${name}: ${JSON.stringify(value)}`);
    }
    const own = Object.entries(responses).map(([status, of]) => (of.$ref ? document.components.responses[status] : of));
    const contents = [requestBody, ...own].flatMap((of) => Object.entries(of?.content ?? {}));
    for (const [type, { schema, examples }] of contents) {
      t.not(Object.keys(examples).length, 0, `${operationId}: ${type} has no example`);
      const validate = compile(schema);
      for (const [name, example] of Object.entries(examples)) {
        const { value } = example.$ref ? (document.components.examples[name] ?? t.fail(name)) : example;
        t.true(validate(value), `${operationId}, ${name}: ${JSON.stringify(validate.errors)}`);
      }
    }
  }
});

test('includes a new workflow of the catalogue with its input, output and messages', (t) => {
  const order = defineWorkflow({
    name: 'order-book',
    summary: 'Orders a book',
    input: { type: 'object', properties: { isbn: { type: 'string', minLength: 10 } }, required: ['isbn'] },
    output: { type: 'object', properties: { parcels: { type: 'integer', minimum: 1 } } },
    executionTimeout: '1 day',
    signals: { hurry: { summary: 'Makes it faster', input: { type: 'object', properties: {} } } },
    updates: {
      // The same name as an update of approval.
      decide: {
        summary: 'Takes the offer',
        input: { type: 'object', properties: { price: { type: 'number' } } },
        output: { type: 'object', properties: { taken: { type: 'boolean' } } },
      },
    },
  });
  const { paths, components } = documentOf(new Map([...catalogue, [order.name, order]]));
  for (const verb of ['start', 'execute']) {
    const body = paths[`/v1/workflows/order-book/${verb}`]?.['post']?.requestBody;
    t.deepEqual(body?.content['application/json']?.schema, { $ref: '#/components/schemas/order-book.input' });
  }
  t.truthy(paths['/v1/runs/{id}/signals/hurry']);
  t.deepEqual(components.schemas['order-book.output'], order.output as object);
  const summaryOf = (path: string) => paths[`/v1/runs/{id}/${path}`]?.['post']?.summary;
  t.is(summaryOf('signals/hurry'), 'Send the signal hurry: Makes it faster');
  t.is(summaryOf('updates/decide'), 'Send the update decide (approval, order-book)');
  const decide = paths['/v1/runs/{id}/updates/decide']?.['post']?.requestBody?.content['application/json'];
  t.is(paths['/v1/runs/{id}/updates/decide']?.['post']?.requestBody?.required, false, 'one of the two needs no body');
  t.deepEqual(decide?.schema, {
    anyOf: [
      { $ref: '#/components/schemas/approval.updates.decide.input' },
      { $ref: '#/components/schemas/order-book.updates.decide.input' },
    ],
  });
});

test('rejects a schema with a $ref and names it', (t) => {
  const broken = defineWorkflow({
    name: 'broken',
    summary: 'Has a reference',
    input: { type: 'object', properties: { a: { $ref: '#/definitions/a' } } },
    output: {},
    executionTimeout: '1 day',
  });
  t.throws(() => documentOf(new Map([[broken.name, broken]])), { message: /broken\.run has a \$ref/ });
});

/** Codes that no operation answers with, and the reason. */
const elsewhere: Readonly<Record<string, string>> = {
  'route-not-found': 'for unknown paths',
  'method-not-allowed': 'for other methods of a path',
};

test('every code belongs to an operation or has a reason not to', (t) => {
  const all = [
    ...operations.flatMap(({ responses }) => Object.values(responses)),
    ...Object.values(document.components.responses),
  ];
  const used = new Set(
    all.flatMap(({ content }) => Object.keys(content?.['application/problem+json']?.examples ?? {})),
  );
  for (const code of Object.keys(problemTypes)) t.not(used.has(code), code in elsewhere, code);
});

test('a required body stays required if another workflow has an update with the same name', (t) => {
  t.is(document.paths['/v1/runs/{id}/updates/decide']?.['post']?.requestBody?.required, true);
  t.is(document.paths['/v1/workflows/health-check/start']?.['post']?.requestBody?.required, false);
});
