import { scopeDescriptions } from '../../auth/scopes.js';
import { appVersion } from '../../settings/project.js';
import { idempotencyKeyHeader } from '../idempotency-key.js';
import type { ProblemCode } from '../problem-types.js';
import { exampleRunId } from './examples.js';
import { type HeaderName, headers } from './headers.js';
import { type Answer, type Catalogue, type Description, mustHaveBody, type Operation, tags } from './operation.js';
import { operations } from './operations.js';
import { commonProblems, problemAnswer, problemExamples, problemsOf } from './problem-answers.js';
import { assertWhole, withReferences } from './references.js';
import type { Schema } from './schema.js';
import { namedSchemas, runIdSchema } from './schemas.js';
import { workflowSchemas } from './workflow-schemas.js';

type Json = Readonly<Record<string, unknown>>;

const about = `Starts durable workflows, and tells how they go on.

For every accepted run exactly one workflow is started, and its outcome is recorded, whatever dies. Send an \`Idempotency-Key\` with
what you start: then a request that got no answer can be sent again.

Failures are problem documents (RFC 9457): tell them apart by their \`code\`. After a 429 or 503, wait as long as \`Retry-After\` says.
Parameters that the contract does not know are refused, not ignored.

JSON may be nested 64 levels deep. Its texts hold neither U+0000 nor half a surrogate pair, its numbers fit in 64 bits: what the record cannot
keep as it is is refused as \`input-invalid\`.

Whoever is asked for a key sends it as \`Authorization: Bearer …\`. A key's scopes say what its caller may do:
${Object.entries(scopeDescriptions)
  .map(([scope, description]) => `- \`${scope}\`: ${description}`)
  .join('\n')}`;

/** On every answer, the last two where limits are set. */
const everywhere: readonly HeaderName[] = ['X-Request-Id', 'RateLimit-Policy', 'RateLimit'];

/** The contract as OpenAPI 3.1, made of the schemas that validate. A workflow that is new in the catalogue is in it by itself. */
export function createDocument(catalogue: Catalogue): Json {
  const schemas = { ...namedSchemas, ...workflowSchemas(catalogue) };
  assertWhole(schemas);
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) {
    for (const description of operation.describe(catalogue)) {
      const path = description.path ?? operation.path;
      paths[path] = { ...paths[path], [operation.method]: operationObject(operation, path, description) };
    }
  }
  return withReferences(
    {
      openapi: '3.1.1',
      info: { title: 'ATLAS', version: appVersion, description: about, license: { name: 'MIT', identifier: 'MIT' } },
      servers: [{ url: '/' }],
      tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
      paths,
      components: {
        securitySchemes: {
          apiKey: {
            type: 'http',
            scheme: 'bearer',
            description: 'A key that whoever runs the service has made: `npm run keys -- create`',
          },
        },
        headers,
        responses: commonResponses(),
        examples: problemExamples(),
      },
    },
    schemas,
  );
}

function operationObject(operation: Operation, path: string, description: Description): Json {
  const { id, summary, details, body, answers } = description;
  const bodySchema = typeof operation.body === 'object' ? operation.body : body?.schema;
  if (!operation.body !== !body || !body !== !bodySchema) throw new Error(`${id} does not say what its body is`);
  return {
    operationId: id,
    tags: [operation.tag],
    summary,
    ...(details && { description: details }),
    security: securityOf(operation),
    parameters: [...pathParameters(path), ...queryParameters(operation), ...headerParameters(operation)],
    ...(body &&
      bodySchema && {
        requestBody: {
          required: mustHaveBody(bodySchema),
          content: { 'application/json': { schema: bodySchema, examples: { example: { value: body.example } } } },
        },
      }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, answerObject(answer)])),
      ...problemResponses(operation, description),
    },
  };
}

/** In OpenAPI, an empty object in the list makes the key optional. */
function securityOf({ scope }: Operation): readonly Json[] {
  if (scope === 'public') return [];
  return scope === 'optional' ? [{}, { apiKey: [] }] : [{ apiKey: [scope] }];
}

const pathSchemas: Readonly<Record<string, { schema: Schema; example: string }>> = {
  id: { schema: runIdSchema, example: exampleRunId },
  name: { schema: { type: 'string', description: 'Name of the workflow' }, example: 'greet' },
};

const pathParameters = (path: string): readonly Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({ name, in: 'path', required: true, ...pathSchemas[name] }));

const queryParameters = ({ query }: Operation): readonly Json[] =>
  Object.entries(query).map(([name, { schema, description }]) => ({
    name,
    in: 'query',
    description,
    ...(schema['type'] === 'array' && { style: 'form', explode: false }),
    schema,
  }));

const headerParameters = ({ takesKey, headers: own = {} }: Operation): readonly Json[] =>
  Object.entries({ ...(takesKey && { 'Idempotency-Key': idempotencyKeyHeader }), ...own }).map(([name, header]) => ({
    name,
    in: 'header',
    ...header,
  }));

const headerReferences = (names: readonly HeaderName[]): Json =>
  Object.fromEntries([...names, ...everywhere].map((name) => [name, { $ref: `#/components/headers/${name}` }]));

const linkTo = (operationId: string): Json => ({ operationId, parameters: { id: '$response.body#/id' } });

const answerObject = ({ description, content, headers: own = [], links = [] }: Answer): Json => ({
  description,
  headers: headerReferences(own),
  ...(links.length > 0 && {
    links: Object.fromEntries(links.map((operationId) => [operationId, linkTo(operationId)])),
  }),
  ...(content && {
    content: { [content.type]: { schema: content.schema, examples: { example: { value: content.example } } } },
  }),
});

/** A status may have both, as readiness has: an answer of its own, and problems. */
function problemResponses(operation: Operation, description: Description): Json {
  return Object.fromEntries(
    [...problemsOf(operation, description.problems)].map(([status, codes]) => [
      status,
      commonProblems.has(status)
        ? { $ref: `#/components/responses/${status}` }
        : problemResponse(status, codes, description.answers[status]),
    ]),
  );
}

function problemResponse(status: number, codes: readonly ProblemCode[], own?: Answer): Json {
  const { description: said, headers: names, schema, examples } = problemAnswer(status, codes);
  const response = answerObject({ description: own ? `${own.description}; ${said}` : said, headers: names });
  const ownContent = own ? (answerObject(own)['content'] as Json) : {};
  return { ...response, content: { ...ownContent, 'application/problem+json': { schema, examples } } };
}

/** Those that are the same in every operation stand in one place. */
const commonResponses = (): Json =>
  Object.fromEntries([...commonProblems].map(([status, codes]) => [status, problemResponse(status, codes)]));
