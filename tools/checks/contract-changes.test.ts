import test from 'ava';
import { breakingChanges } from './contract-changes.js';
import type { JsonObject } from './schema-parts.js';

const json = (schema: unknown) => ({ content: { 'application/json': { schema } } });
const path = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string' } });
const problem = (...codes: readonly string[]) => ({
  content: {
    'application/problem+json': {
      schema: { type: 'object', properties: { code: { enum: codes } }, required: ['code'] },
    },
  },
});

/** A small contract, built anew for every test, so that a test may change its own. */
const contract = () => ({
  openapi: '3.1.0',
  info: { title: 'A', version: '1' },
  paths: {
    '/v1/workflows/greet/start': {
      post: {
        parameters: [{ $ref: '#/components/parameters/Key' }],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: { name: { type: 'string', maxLength: 100 }, title: { type: 'string' } },
                required: ['name'],
                additionalProperties: false,
              },
            },
          } as JsonObject,
        } as JsonObject,
        responses: {
          '202': {
            headers: { Location: { required: true, schema: { type: 'string' } } },
            ...json({ $ref: '#/components/schemas/Run' }),
          },
          '422': problem('input-invalid', 'run-failed'),
        } as Record<string, JsonObject>,
      } as JsonObject,
    },
    '/v1/runs': {
      parameters: [{ name: 'cursor', in: 'query', schema: { type: 'string' } }],
      get: {
        parameters: [
          { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100 } },
        ] as JsonObject[],
        responses: { '200': json({ type: 'array', items: { $ref: '#/components/schemas/Run' } }) } as JsonObject,
      } as JsonObject,
    },
    '/v1/runs/{id}': {
      get: { parameters: [path('id')], responses: { '200': json({ $ref: '#/components/schemas/Run' }) } } as JsonObject,
    } as JsonObject,
  } as Record<string, JsonObject>,
  components: {
    parameters: { Key: { name: 'Idempotency-Key', in: 'header', schema: { type: 'string' } } },
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } as JsonObject,
    schemas: {
      Run: {
        type: 'object',
        properties: { id: { type: 'string' }, status: { enum: ['running', 'completed'] } } as JsonObject,
        required: ['id', 'status'],
      },
    },
  },
});

type Contract = ReturnType<typeof contract>;
const start = 'POST /v1/workflows/greet/start';

/** The document with what lies at these keys replaced; `undefined` takes it away. */
function put(keys: readonly string[], value: unknown) {
  return (document: Contract): void => {
    const holder = keys.slice(0, -1).reduce<Record<string, unknown>>((at, key) => {
      if (typeof at[key] !== 'object') at[key] = {};
      return at[key] as Record<string, unknown>;
    }, document);
    const last = keys.at(-1) ?? '';
    if (value === undefined) delete holder[last];
    else holder[last] = value;
  };
}
const inStart = (...keys: readonly string[]) => ['paths', '/v1/workflows/greet/start', 'post', ...keys];
const inList = (...keys: readonly string[]) => ['paths', '/v1/runs', 'get', ...keys];
const startBody = (...keys: readonly string[]) => inStart('requestBody', 'content', 'application/json', ...keys);
const startSchema = (...keys: readonly string[]) => startBody('schema', ...keys);
const run = (...keys: readonly string[]) => ['components', 'schemas', 'Run', ...keys];
const limit = (more: JsonObject) => ({
  name: 'limit',
  in: 'query',
  schema: { type: 'integer', minimum: 1, maximum: 100 },
  ...more,
});

type Change = (document: Contract) => void;
/** What happens between two contracts: to the one before, to the one after, and what is told of it. */
type Case = readonly [before: Change | undefined, after: Change, ids: readonly string[]];

const breaking: Readonly<Record<string, Case>> = {
  'a path that is gone': [undefined, put(['paths', '/v1/runs'], undefined), ['GET /v1/runs: is gone']],
  'an operation that is gone': [undefined, put(inStart(), undefined), [`${start}: is gone`]],
  'a parameter that is gone': [
    undefined,
    put(inList('parameters'), []),
    ['GET /v1/runs: query parameter limit is gone'],
  ],
  "a path's parameter that is gone": [
    undefined,
    put(['paths', '/v1/runs', 'parameters'], []),
    ['GET /v1/runs: query parameter cursor is gone'],
  ],
  'a header that is no longer taken': [
    undefined,
    put(inStart('parameters'), []),
    [`${start}: header parameter Idempotency-Key is gone`],
  ],
  'a parameter that is required now': [
    undefined,
    put(['components', 'parameters', 'Key', 'required'], true),
    [`${start}: header parameter Idempotency-Key is required now`],
  ],
  'a new parameter that is required': [
    undefined,
    put(inList('parameters', '1'), { name: 'workflow', in: 'query', required: true, schema: { type: 'string' } }),
    ['GET /v1/runs: query parameter workflow is required now'],
  ],
  'a parameter that takes less': [
    undefined,
    put(inList('parameters', '0', 'schema', 'maximum'), 50),
    ['GET /v1/runs: query parameter limit has maximum 50 now, it had 100'],
  ],
  'a parameter that is written in another way': [
    put(inList('parameters', '0'), limit({ explode: true })),
    put(inList('parameters', '0'), limit({ explode: false })),
    ['GET /v1/runs: query parameter limit is written in another way now'],
  ],
  'a property that is required now': [
    undefined,
    put(startSchema('required'), ['name', 'title']),
    [`${start}: request /title is required now`],
  ],
  'a property that is taken no longer': [
    undefined,
    put(startSchema('properties', 'title'), undefined),
    [`${start}: request /title is taken no longer`],
  ],
  'a parameter with content that takes less': [
    put(inList('parameters', '0'), { name: 'filter', in: 'query', ...json({ type: ['object', 'null'] }) }),
    put(inList('parameters', '0'), { name: 'filter', in: 'query', ...json({ type: 'object' }) }),
    ['GET /v1/runs: query parameter filter takes no null any more'],
  ],
  'a body that is required now': [
    put(inStart('requestBody', 'required'), false),
    put(inStart('requestBody', 'required'), true),
    [`${start}: request is required now`],
  ],
  'a new body that is required': [
    undefined,
    put(inList('requestBody'), { required: true, ...json({}) }),
    ['GET /v1/runs: request is required now'],
  ],
  'a body that is taken no longer': [
    undefined,
    put(inStart('requestBody'), undefined),
    [`${start}: request is taken no longer`],
  ],
  'a media type of a request that is gone': [
    put(inStart('requestBody', 'content', 'text/csv'), {}),
    put(inStart('requestBody', 'required'), true),
    [`${start}: request takes no text/csv any more`],
  ],
  'another media type that takes less': [
    put(inStart('requestBody', 'content', 'text/csv'), {}),
    put(inStart('requestBody', 'content', 'text/csv'), { schema: { type: 'string', maxLength: 5 } }),
    [
      `${start}: request (text/csv) takes only string now`,
      `${start}: request (text/csv) has maxLength 5 now, it had none`,
    ],
  ],
  'a success that is answered with another status': [
    undefined,
    put(inList('responses'), { '206': json({}) }),
    ['GET /v1/runs: response 200 is gone', 'GET /v1/runs: response 206 is new'],
  ],
  'a success that only the default answers now': [
    undefined,
    put(inList('responses'), { default: json({}) }),
    ['GET /v1/runs: response 200 is gone'],
  ],
  'a media type of a response that is gone': [
    undefined,
    put(inList('responses', '200', 'content'), { 'text/csv': {} }),
    ['GET /v1/runs: response 200 is never application/json any more'],
  ],
  'a header of a response that is gone': [
    undefined,
    put(inStart('responses', '202', 'headers'), {}),
    [`${start}: response 202 header Location is gone`],
  ],
  'a header of a response that may be missing': [
    undefined,
    put(inStart('responses', '202', 'headers', 'Location', 'required'), false),
    [`${start}: response 202 header Location may be missing now`],
  ],
  'a value that is new to readers, wherever it is read': [
    undefined,
    put(run('properties', 'status', 'enum'), ['running', 'completed', 'paused']),
    [
      `${start}: response 202 /status may be "paused" now`,
      'GET /v1/runs: response 200 /[]/status may be "paused" now',
      'GET /v1/runs/{id}: response 200 /status may be "paused" now',
    ],
  ],
  "a new code among an error's": [
    undefined,
    put(inStart('responses', '422'), problem('input-invalid', 'run-failed', 'quota-exceeded')),
    [`${start}: response 422 (application/problem+json) /code may be "quota-exceeded" now`],
  ],
  'an error that is no longer as all of its range were': [
    put(inStart('responses'), { '202': {}, '4XX': problem('a') }),
    put(inStart('responses'), { '202': {}, '4XX': problem('a'), '404': problem('b') }),
    [`${start}: response 404 (application/problem+json) /code may be "b" now`],
  ],
  'a caller that must be known now': [
    undefined,
    put(['security'], [{ bearer: [] }]),
    [`${start}: needs bearer now`, 'GET /v1/runs: needs bearer now', 'GET /v1/runs/{id}: needs bearer now'],
  ],
  'a caller that needs more scopes than before': [
    put(inList('security'), [{ bearer: ['runs:read'] }]),
    put(inList('security'), [{ bearer: ['runs:read', 'runs:admin'] }]),
    ['GET /v1/runs: needs the scope runs:admin of bearer now'],
  ],
  'a caller that may no longer be unknown': [
    put(inList('security'), [{}, { bearer: [] }]),
    put(inList('security'), [{ bearer: [] }]),
    ['GET /v1/runs: needs bearer now'],
  ],
  'a credential that is sent in another way': [
    undefined,
    put(['components', 'securitySchemes', 'bearer'], { type: 'apiKey', in: 'header', name: 'X-Key' }),
    ['security bearer: is sent in another way now'],
  ],
  "another server's address": [undefined, put(['servers'], [{ url: '/api' }]), ['server /: is gone']],
};

for (const [what, [onBefore, onAfter, ids]] of Object.entries(breaking)) {
  test(`tells of ${what}`, (t) => {
    const [before, after] = [contract(), contract()];
    onBefore?.(before);
    onAfter(after);
    const changes = breakingChanges(before, after);
    t.deepEqual(
      changes.map(({ id }) => id),
      ids,
    );
    t.true(changes.every(({ id, where, what }) => id === `${where}: ${what}`));
    t.deepEqual(breakingChanges(after, after), []);
  });
}

const harmless: Readonly<Record<string, readonly [before: Change | undefined, after: Change]>> = {
  'no change at all': [undefined, () => {}],
  'a new path': [undefined, put(['paths', '/v1/other'], { get: { responses: {} } })],
  'a new operation': [undefined, put(['paths', '/v1/runs', 'post'], { responses: {} })],
  'a new optional parameter': [undefined, put(inList('parameters', '1'), { name: 'workflow', in: 'query' })],
  'a parameter that is no longer required': [
    put(['components', 'parameters', 'Key', 'required'], true),
    put(['components', 'parameters', 'Key', 'required'], false),
  ],
  'a header named in other letters': [undefined, put(['components', 'parameters', 'Key', 'name'], 'idempotency-key')],
  "another name of a path's parameter": [
    undefined,
    (document) => {
      const { '/v1/runs/{id}': item, ...paths } = document.paths;
      put(['paths'], { ...paths, '/v1/runs/{run}': item })(document);
      put(['paths', '/v1/runs/{run}', 'get', 'parameters', '0', 'name'], 'run')(document);
    },
  ],
  'a parameter that moves from the operation to its path': [
    undefined,
    (document) => {
      put(inList('parameters'), [])(document);
      put(['paths', '/v1/runs', 'parameters', '1'], limit({}))(document);
    },
  ],
  'an explicit default of how a parameter is written': [
    undefined,
    put(inList('parameters', '0'), limit({ style: 'form', explode: true })),
  ],
  'a new optional property of a request': [undefined, put(startSchema('properties', 'note'), { type: 'string' })],
  'a body that is no longer required': [undefined, put(inStart('requestBody', 'required'), false)],
  'a new optional body': [undefined, put(inList('requestBody'), json({}))],
  'a new media type': [undefined, put(inStart('requestBody', 'content', 'text/csv'), {})],
  'a new property of a response': [undefined, put(run('properties', 'note'), { type: 'string' })],
  'a value that a response no longer has': [undefined, put(run('properties', 'status', 'enum'), ['running'])],
  'a new header of a response': [undefined, put(inStart('responses', '202', 'headers', 'ETag'), {})],
  'a header of a response in other letters': [
    undefined,
    put(inStart('responses', '202', 'headers'), { location: { required: true, schema: { type: 'string' } } }),
  ],
  'a scheme that is gone and that nobody needs': [undefined, put(['components', 'securitySchemes'], {})],
  'a new status of an error': [undefined, put(inStart('responses', '409'), problem('run-ended'))],
  'an error that is gone': [undefined, put(inStart('responses', '422'), undefined)],
  "a code that is gone from an error's": [undefined, put(inStart('responses', '422'), problem('run-failed'))],
  'a status instead of its range': [
    put(inStart('responses'), { '2XX': {} }),
    put(inStart('responses'), { '202': {}, '2XX': {} }),
  ],
  'security that may be left out': [undefined, put(['security'], [{}, { bearer: [] }])],
  'fewer scopes': [
    put(inList('security'), [{ bearer: ['runs:read', 'runs:admin'] }]),
    put(inList('security'), [{ bearer: ['runs:read'] }]),
  ],
  'another way to be known': [
    put(inList('security'), [{ bearer: [] }]),
    put(inList('security'), [{ bearer: [] }, { cookie: [] }]),
  ],
  'what people read': [
    undefined,
    (document) => {
      put(['info', 'title'], 'B')(document);
      put(inList('summary'), 'Lists')(document);
      put(inList('operationId'), 'list')(document);
      put(run('description'), 'A run')(document);
      put(['components', 'securitySchemes', 'bearer', 'description'], 'A key')(document);
    },
  ],
};

for (const [what, [onBefore, onAfter]] of Object.entries(harmless)) {
  test(`tells nothing of ${what}`, (t) => {
    const [before, after] = [contract(), contract()];
    onBefore?.(before);
    onAfter(after);
    t.deepEqual(breakingChanges(before, after), []);
  });
}

test('tells a change once, however often it is met', (t) => {
  const [before, after] = [contract(), contract()];
  put(['servers'], [{ url: '/a' }, { url: '/a' }])(before);
  t.deepEqual(
    breakingChanges(before, after).map(({ id }) => id),
    ['server /a: is gone'],
  );
});

test('refuses a document whose references lead to nothing', (t) => {
  const after = contract();
  put(['components', 'parameters'], {})(after);
  t.throws(() => breakingChanges(contract(), after), { message: /parameters\/Key leads to nothing/ });
  put(['components', 'parameters', 'Key'], { $ref: '#/components/parameters/Key' })(after);
  t.throws(() => breakingChanges(contract(), after), { message: /stands where an object is expected/ });
});
