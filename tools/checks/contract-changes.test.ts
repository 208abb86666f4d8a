import test from 'ava';
import { breakingChanges } from './contract-changes.js';
import type { JsonObject } from './json-document.js';

const json = (schema: unknown) => ({ content: { 'application/json': { schema } } });
const path = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string' } });
const problem = (...codes: readonly string[]) => ({
  content: {
    'application/problem+json': {
      schema: { type: 'object', properties: { code: { enum: codes } }, required: ['code'] },
    },
  },
});

/** Creates a small contract that a test can change. */
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

/** Sets the value at these keys; `undefined` removes it. */
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
/** Changes of the former and the new contract, and the expected ids. */
type Case = readonly [before: Change | undefined, after: Change, ids: readonly string[]];

const breaking: Readonly<Record<string, Case>> = {
  'a removed path': [undefined, put(['paths', '/v1/runs'], undefined), ['GET /v1/runs: is gone']],
  'a removed operation': [undefined, put(inStart(), undefined), [`${start}: is gone`]],
  'a removed parameter': [undefined, put(inList('parameters'), []), ['GET /v1/runs: query parameter limit is gone']],
  'a removed header parameter': [
    undefined,
    put(inStart('parameters'), []),
    [`${start}: header parameter Idempotency-Key is gone`],
  ],
  'a parameter that becomes required': [
    undefined,
    put(['components', 'parameters', 'Key', 'required'], true),
    [`${start}: header parameter Idempotency-Key is required now`],
  ],
  'a new required parameter': [
    undefined,
    put(inList('parameters', '1'), { name: 'workflow', in: 'query', required: true, schema: { type: 'string' } }),
    ['GET /v1/runs: query parameter workflow is required now'],
  ],
  'a stricter parameter': [
    undefined,
    put(inList('parameters', '0', 'schema', 'maximum'), 50),
    ['GET /v1/runs: query parameter limit maximum is 50 now, was 100'],
  ],
  'another serialisation of a parameter': [
    put(inList('parameters', '0'), limit({ explode: true })),
    put(inList('parameters', '0'), limit({ explode: false })),
    ['GET /v1/runs: query parameter limit explode differs; compare it by hand'],
  ],
  'a property that becomes required': [
    undefined,
    put(startSchema('required'), ['name', 'title']),
    [`${start}: request /title is required now`],
  ],
  'a removed property of a request': [
    undefined,
    put(startSchema('properties', 'title'), undefined),
    [`${start}: request /title is no longer accepted`],
  ],
  'a body that becomes required': [
    put(inStart('requestBody', 'required'), false),
    put(inStart('requestBody', 'required'), true),
    [`${start}: request is required now`],
  ],
  'a new required body': [
    undefined,
    put(inList('requestBody'), { required: true, ...json({}) }),
    ['GET /v1/runs: request is required now'],
  ],
  'a removed body': [
    undefined,
    put(inStart('requestBody'), undefined),
    [`${start}: request body is no longer accepted`],
  ],
  'a removed media type of a request': [
    put(inStart('requestBody', 'content', 'text/csv'), {}),
    put(inStart('requestBody', 'required'), true),
    [`${start}: request no longer accepts text/csv`],
  ],
  'a stricter schema of another media type': [
    put(inStart('requestBody', 'content', 'text/csv'), {}),
    put(inStart('requestBody', 'content', 'text/csv'), { schema: { type: 'string', maxLength: 5 } }),
    [`${start}: request (text/csv) accepts only string now`],
  ],
  'another status of a success': [
    undefined,
    put(inList('responses'), { '206': json({}) }),
    ['GET /v1/runs: response 200 is gone', 'GET /v1/runs: response 206 is new'],
  ],
  'a removed media type of a response': [
    undefined,
    put(inList('responses', '200', 'content'), { 'text/csv': {} }),
    ['GET /v1/runs: response 200 is no longer application/json'],
  ],
  'a removed header of a response': [
    undefined,
    put(inStart('responses', '202', 'headers'), {}),
    [`${start}: response 202 header Location is gone`],
  ],
  'a header of a response that becomes optional': [
    undefined,
    put(inStart('responses', '202', 'headers', 'Location', 'required'), false),
    [`${start}: response 202 header Location can be missing now`],
  ],
  'a new value in every answer that can have it': [
    undefined,
    put(run('properties', 'status', 'enum'), ['running', 'completed', 'paused']),
    [
      `${start}: response 202 /status can be "paused" now`,
      'GET /v1/runs: response 200 /[]/status can be "paused" now',
      'GET /v1/runs/{id}: response 200 /status can be "paused" now',
    ],
  ],
  'a new error code': [
    undefined,
    put(inStart('responses', '422'), problem('input-invalid', 'run-failed', 'quota-exceeded')),
    [`${start}: response 422 (application/problem+json) /code can be "quota-exceeded" now`],
  ],
  'new authentication': [
    undefined,
    put(['security'], [{ bearer: [] }]),
    [`${start}: requires bearer now`, 'GET /v1/runs: requires bearer now', 'GET /v1/runs/{id}: requires bearer now'],
  ],
  'an additional scope': [
    put(inList('security'), [{ bearer: ['runs:read'] }]),
    put(inList('security'), [{ bearer: ['runs:read', 'runs:admin'] }]),
    ['GET /v1/runs: requires the scope runs:admin of bearer now'],
  ],
  'authentication that becomes required': [
    put(inList('security'), [{}, { bearer: [] }]),
    put(inList('security'), [{ bearer: [] }]),
    ['GET /v1/runs: requires bearer now'],
  ],
  'another security scheme': [
    undefined,
    put(['components', 'securitySchemes', 'bearer'], { type: 'apiKey', in: 'header', name: 'X-Key' }),
    ['security scheme bearer differs; compare it by hand'],
  ],
  'another server': [undefined, put(['servers'], [{ url: '/api' }]), ['document servers differs; compare it by hand']],
};

for (const [what, [onBefore, onAfter, ids]] of Object.entries(breaking)) {
  test(`reports ${what}`, (t) => {
    const [before, after] = [contract(), contract()];
    onBefore?.(before);
    onAfter(after);
    t.deepEqual(breakingChanges(before, after), ids);
    t.deepEqual(breakingChanges(after, after), []);
  });
}

const harmless: Readonly<Record<string, readonly [before: Change | undefined, after: Change]>> = {
  'equal documents': [undefined, () => {}],
  'a new path': [undefined, put(['paths', '/v1/other'], { get: { responses: {} } })],
  'a new operation': [undefined, put(['paths', '/v1/runs', 'post'], { responses: {} })],
  'a new optional parameter': [undefined, put(inList('parameters', '1'), { name: 'workflow', in: 'query' })],
  'a parameter that becomes optional': [
    put(['components', 'parameters', 'Key', 'required'], true),
    put(['components', 'parameters', 'Key', 'required'], false),
  ],
  'a header parameter in other case': [undefined, put(['components', 'parameters', 'Key', 'name'], 'idempotency-key')],
  'another name of a path parameter': [
    undefined,
    (document) => {
      const { '/v1/runs/{id}': item, ...paths } = document.paths;
      put(['paths'], { ...paths, '/v1/runs/{run}': item })(document);
      put(['paths', '/v1/runs/{run}', 'get', 'parameters', '0', 'name'], 'run')(document);
    },
  ],
  'a new optional property of a request': [undefined, put(startSchema('properties', 'note'), { type: 'string' })],
  'a body that becomes optional': [undefined, put(inStart('requestBody', 'required'), false)],
  'a new optional body': [undefined, put(inList('requestBody'), json({}))],
  'a new media type': [undefined, put(inStart('requestBody', 'content', 'text/csv'), {})],
  'a new property of a response': [undefined, put(run('properties', 'note'), { type: 'string' })],
  'a removed value of a response': [undefined, put(run('properties', 'status', 'enum'), ['running'])],
  'a new header of a response': [undefined, put(inStart('responses', '202', 'headers', 'ETag'), {})],
  'a new status of an error': [undefined, put(inStart('responses', '409'), problem('run-ended'))],
  'a removed error status': [undefined, put(inStart('responses', '422'), undefined)],
  'a removed error code': [undefined, put(inStart('responses', '422'), problem('run-failed'))],
  'authentication that becomes optional': [undefined, put(['security'], [{}, { bearer: [] }])],
  'fewer scopes': [
    put(inList('security'), [{ bearer: ['runs:read', 'runs:admin'] }]),
    put(inList('security'), [{ bearer: ['runs:read'] }]),
  ],
  'an additional security scheme': [
    put(inList('security'), [{ bearer: [] }]),
    put(inList('security'), [{ bearer: [] }, { cookie: [] }]),
  ],
  'texts for readers': [
    undefined,
    (document) => {
      put(['info', 'title'], 'B')(document);
      put(inList('summary'), 'List runs')(document);
      put(inList('operationId'), 'list')(document);
      put(run('description'), 'A run')(document);
      put(['components', 'securitySchemes', 'bearer', 'description'], 'A key')(document);
    },
  ],
};

for (const [what, [onBefore, onAfter]] of Object.entries(harmless)) {
  test(`accepts ${what}`, (t) => {
    const [before, after] = [contract(), contract()];
    onBefore?.(before);
    onAfter(after);
    t.deepEqual(breakingChanges(before, after), []);
  });
}

test('rejects a document whose references have no target', (t) => {
  const after = contract();
  put(['components', 'parameters'], {})(after);
  t.throws(() => breakingChanges(contract(), after), { message: /parameters\/Key has no target/ });
  put(['components', 'parameters', 'Key'], { $ref: '#/components/parameters/Key' })(after);
  t.throws(() => breakingChanges(contract(), after), { message: /Expected an object/ });
});
