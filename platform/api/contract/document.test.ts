import { Validator } from '@seriousme/openapi-schema-validator';
import test from 'ava';
import { fixtureCatalogue } from '../../testing/fixtures/catalogue.js';
import { fixtureProblems, fixtureRoutes } from '../../testing/fixtures/routes.js';
import { documentOf, exampleFaults, operationsOf } from '../../testing/support/contract-document.js';
import { testProduct } from '../../testing/test-product.js';
import { defineWorkflow } from '../../workflows/define.js';
import { problemTypes } from '../problem-types.js';
import { defineRoute } from '../product-route.js';

const document = documentOf({ product: testProduct, catalogue: fixtureCatalogue });
const operations = operationsOf(document);

test('summaries start with a verb, are short and unique', (t) => {
  const verbs = /^(List|Get|Start|Stream|Cancel|Terminate|Pause|Resume|Send the (signal|update)|Query|Check) /;
  const summaries = operations.map(({ summary }) => summary);
  for (const summary of summaries) {
    t.regex(summary, verbs);
    t.notRegex(summary, /\.$/);
    t.true(summary.length <= 140, summary);
  }
  t.is(new Set(summaries).size, summaries.length);
});

test('summaries of workflows and messages include the summary of their definition', (t) => {
  for (const { name, summary, signals, queries, updates } of fixtureCatalogue.values()) {
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

test('the document passes a public validator', async (t) => {
  t.deepEqual(await new Validator().validate(JSON.parse(JSON.stringify(document))), { valid: true });
});

test('operation ids are unique', (t) => {
  const ids = operations.map(({ operationId }) => operationId);
  t.is(new Set(ids).size, ids.length);
  for (const id of ids) t.regex(id, /^[a-z][A-Za-z0-9]+$/);
});

test('every example matches its schema; a schema with a pattern needs `examples`', (t) => {
  t.deepEqual(exampleFaults(document), []);
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
      // The same name as an update of vote.
      decide: {
        summary: 'Takes the offer',
        input: { type: 'object', properties: { price: { type: 'number' } } },
        output: { type: 'object', properties: { taken: { type: 'boolean' } } },
      },
    },
  });
  const { paths, components } = documentOf({
    product: testProduct,
    catalogue: new Map([...fixtureCatalogue, [order.name, order]]),
  });
  for (const verb of ['start', 'execute']) {
    const body = paths[`/v1/workflows/order-book/${verb}`]?.['post']?.requestBody;
    t.deepEqual(body?.content['application/json']?.schema, { $ref: '#/components/schemas/order-book.input' });
  }
  t.truthy(paths['/v1/runs/{id}/signals/hurry']);
  t.deepEqual(components.schemas['order-book.output'], order.output as object);
  const summaryOf = (path: string) => paths[`/v1/runs/{id}/${path}`]?.['post']?.summary;
  t.is(summaryOf('signals/hurry'), 'Send the signal hurry: Makes it faster');
  t.is(summaryOf('updates/decide'), 'Send the update decide (vote, order-book)');
  const decide = paths['/v1/runs/{id}/updates/decide']?.['post']?.requestBody?.content['application/json'];
  t.is(paths['/v1/runs/{id}/updates/decide']?.['post']?.requestBody?.required, false, 'one of the two needs no body');
  t.deepEqual(decide?.schema, {
    anyOf: [
      { $ref: '#/components/schemas/vote.updates.decide.input' },
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
  t.throws(() => documentOf({ product: testProduct, catalogue: new Map([[broken.name, broken]]) }), {
    message: /broken\.run has a \$ref/,
  });
});

test("the schema of problems and the examples include the product's codes", (t) => {
  const problems = { 'out-of-stock': { status: 409, title: 'Out of stock' } };
  const { schemas, examples } = documentOf({ product: testProduct, catalogue: fixtureCatalogue, problems }).components;
  t.like(schemas['Problem'], { properties: { code: { enum: [...Object.keys(problemTypes), 'out-of-stock'] } } });
  t.like(examples['out-of-stock']?.value, {
    type: 'urn:tested:problem:out-of-stock',
    status: 409,
    code: 'out-of-stock',
  });
});

const own = documentOf({
  product: testProduct,
  catalogue: fixtureCatalogue,
  routes: fixtureRoutes,
  problems: fixtureProblems,
});

test("a document with a product's routes is valid, with examples that match their schemas", async (t) => {
  t.deepEqual(await new Validator().validate(JSON.parse(JSON.stringify(own))), { valid: true });
  t.deepEqual(exampleFaults(own), []);
});

test("describes a product's parameters, tags and problems", (t) => {
  const { get, put } = own.paths['/v1/shelves/{shelf}/books'] ?? {};
  t.like(get?.parameters, [
    { name: 'shelf', in: 'path', required: true, example: 'novels' },
    { name: 'limit', in: 'query' },
  ]);
  t.deepEqual(Object.keys(put?.responses['409']?.content?.['application/problem+json']?.examples ?? {}), [
    'out-of-stock',
  ]);
  const { tags } = own as unknown as { tags: { name: string }[] };
  t.deepEqual(
    tags.find(({ name }) => name === 'shelves'),
    { name: 'shelves', description: 'Shelves of books.' },
  );
});

test("a product's part leaves the operations of the platform unchanged", (t) => {
  for (const [path, operations] of Object.entries(document.paths)) t.deepEqual(own.paths[path], operations, path);
});

test('rejects an undefined problem and a duplicate operation id', (t) => {
  const documentWith = (given: { id: string; problems?: string[] }) => () =>
    documentOf({
      product: testProduct,
      catalogue: fixtureCatalogue,
      routes: [
        defineRoute({
          ...{ method: 'get', path: '/v1/orders', summary: 'List orders', tag: 'runs', scope: 'runs:read', ...given },
          answers: { 204: { description: 'None.' } },
          handler: () => () => ({ status: 204 }),
        }),
      ],
    });
  t.throws(documentWith({ id: 'mine', problems: ['out-of-stock'] }), {
    message: 'GET /v1/orders has the unknown problem "out-of-stock": define it in api/problems.ts',
  });
  t.throws(documentWith({ id: 'startHello' }), {
    message: 'Two operations have the id startHello: choose another for /v1/orders',
  });
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
