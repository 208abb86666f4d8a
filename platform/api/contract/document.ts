import { scopeDescriptions } from '../../auth/scopes.js';
import type { Product } from '../../product.js';
import { appVersion } from '../../settings/project.js';
import type { Catalogue } from '../../workflows/catalogue.js';
import { idempotencyKeyHeader } from '../idempotency-key.js';
import { type ProblemTypes, withProductProblems } from '../problem-types.js';
import type { ProductRoute } from '../product-route.js';
import { runIdParameter } from '../run-id.js';
import { type HeaderName, headers } from './headers.js';
import { type Answer, type Description, mustHaveBody, type Operation } from './operation.js';
import { operationsWith, tagsWith } from './operations.js';
import { commonProblems, type ProblemParts, problemAnswer, problemExamples, problemsOf } from './problem-answers.js';
import { assertWhole, withReferences } from './references.js';
import { namedScheduleSchemas } from './schedule-schemas.js';
import type { Schema } from './schema.js';
import { createProblemSchema, namedSchemas } from './schemas.js';
import { workflowSchemas } from './workflow-schemas.js';

type Json = Readonly<Record<string, unknown>>;

const about = `Start durable workflows and follow their runs.

The API starts exactly one workflow for every accepted run and records its outcome, even if processes crash. Send an \`Idempotency-Key\`
when you start a run, so that you can safely repeat a request that got no answer.

Errors are problem documents (RFC 9457). Distinguish them by \`code\`. After a 429 or 503, wait for the seconds in \`Retry-After\`. The API
rejects unknown query parameters.

A JSON body can be nested up to 64 levels deep. The API rejects values that it cannot store unchanged as \`input-invalid\`: strings with U+0000
or unpaired surrogates, numbers that a 64-bit float cannot represent, and duplicate names in an object.

If the service requires API keys or tokens, send yours as \`Authorization: Bearer <key or token>\`. Its scopes determine what the caller can do:
${Object.entries(scopeDescriptions)
  .map(([scope, description]) => `- \`${scope}\`: ${description}`)
  .join('\n')}`;

/** Headers of every answer. The last two appear where rate limits are set. */
const everywhere: readonly HeaderName[] = ['X-Request-Id', 'RateLimit-Policy', 'RateLimit'];

export interface DocumentProps {
  readonly product: Product;
  readonly catalogue: Catalogue;
  /** The product's routes. @default - none */
  readonly routes?: readonly ProductRoute[] | undefined;
  /** The product's problem types. @default - none */
  readonly problems?: ProblemTypes | undefined;
}

/**
 * Generates the OpenAPI 3.1 document from the schemas that validate requests. It includes every workflow of the catalogue.
 * @throws {Error} the product's part is not valid, or conflicts with the platform's
 */
export function createDocument({ product, catalogue, routes = [], problems = {} }: DocumentProps): Json {
  const types = withProductProblems(problems);
  const parts: ProblemParts = { types, schema: createProblemSchema(Object.keys(types)) };
  const schemas = { ...namedSchemas(parts.schema), ...namedScheduleSchemas, ...workflowSchemas(catalogue) };
  assertWhole(schemas);
  const paths: Record<string, Record<string, Json>> = {};
  const ids = new Set<string>();
  for (const operation of operationsWith(routes)) {
    for (const description of operation.describe(catalogue, product)) {
      if (ids.has(description.id))
        throw new Error(`Two operations have the id ${description.id}: choose another for ${operation.path}`);
      ids.add(description.id);
      const path = description.path ?? operation.path;
      paths[path] = { ...paths[path], [operation.method]: operationObject(operation, path, description, parts) };
    }
  }
  return withReferences(
    {
      openapi: '3.1.1',
      info: {
        title: product.title,
        version: appVersion,
        description: about,
        ...(product.licence && { license: product.licence }),
      },
      servers: [{ url: '/' }],
      tags: Object.entries(tagsWith(routes)).map(([name, description]) => ({ name, description })),
      paths,
      components: {
        securitySchemes: {
          apiKey: {
            type: 'http',
            scheme: 'bearer',
            description:
              'An API key, which the operator of the service creates with `npm run keys -- create`, or a token (JWT) of the OIDC issuer that the service trusts.',
          },
        },
        headers,
        responses: commonResponses(parts),
        examples: problemExamples(product, types),
      },
    },
    schemas,
  );
}

function operationObject(operation: Operation, path: string, description: Description, parts: ProblemParts): Json {
  const { id, summary, details, body, answers } = description;
  const bodySchema = typeof operation.body === 'object' ? operation.body : body?.schema;
  if (!operation.body !== !body || !body !== !bodySchema)
    throw new Error(`${id} must describe its body in both the operation and its description, or in neither`);
  return {
    operationId: id,
    tags: [operation.tag],
    summary,
    ...(details && { description: details }),
    security: securityOf(operation),
    parameters: [...pathParameters(operation, path), ...queryParameters(operation), ...headerParameters(operation)],
    ...(body &&
      bodySchema && {
        requestBody: {
          required: mustHaveBody(bodySchema),
          content: { 'application/json': { schema: bodySchema, examples: { example: { value: body.example } } } },
        },
      }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, answerObject(answer)])),
      ...problemResponses(operation, description, parts),
    },
  };
}

/** In OpenAPI, an empty object in this list makes the key optional. */
function securityOf({ scope }: Operation): readonly Json[] {
  if (scope === 'public') return [];
  return scope === 'optional' ? [{}, { apiKey: [] }] : [{ apiKey: [scope] }];
}

const pathSchemas: Readonly<Record<string, { schema: Schema; example: string }>> = {
  id: runIdParameter,
  name: { schema: { type: 'string', description: 'Name of the workflow.' }, example: 'greet' },
};

const pathParameters = ({ params = pathSchemas }: Operation, path: string): readonly Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    const { schema, example } = params[name] ?? {};
    return { name, in: 'path', required: true, schema, ...(example !== undefined && { example }) };
  });

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

/** A status can have both a regular answer and problems, as in readiness. */
function problemResponses(operation: Operation, description: Description, parts: ProblemParts): Json {
  return Object.fromEntries(
    [...problemsOf(operation, description.problems, parts.types)].map(([status, codes]) => [
      status,
      commonProblems.has(status)
        ? { $ref: `#/components/responses/${status}` }
        : problemResponse(status, codes, parts, description.answers[status]),
    ]),
  );
}

function problemResponse(status: number, codes: readonly string[], parts: ProblemParts, own?: Answer): Json {
  const { description: listed, headers: names, schema, examples } = problemAnswer(status, codes, parts);
  const response = answerObject({ description: own ? `${own.description} ${listed}` : listed, headers: names });
  const ownContent = own ? (answerObject(own)['content'] as Json) : {};
  return { ...response, content: { ...ownContent, 'application/problem+json': { schema, examples } } };
}

/** Problem responses that all operations share. */
const commonResponses = (parts: ProblemParts): Json =>
  Object.fromEntries([...commonProblems].map(([status, codes]) => [status, problemResponse(status, codes, parts)]));
