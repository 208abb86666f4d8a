import type { ValidateFunction } from 'ajv/dist/2020.js';
import { createDocument, type DocumentProps } from '../../api/contract/document.js';
import { createAjv } from '../../runs/schema-check.js';
import { fixtureCatalogue } from '../fixtures/catalogue.js';
import { fixtureProblems, fixtureRoutes } from '../fixtures/routes.js';
import { testProduct } from '../test-product.js';
import { inlined } from './contract-document.js';

/** A response, for the comparison with the contract. */
export interface Answered {
  readonly method: string;
  /** Path and query of the request. */
  readonly target: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

interface Responses {
  readonly [status: string]: ResponseObject;
}
interface ResponseObject {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema: object; readonly examples?: object }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Responses }>>>>;
  readonly components: {
    readonly responses: Responses;
    readonly schemas: Readonly<Record<string, object>>;
  };
}

/** Headers of HTTP and for browsers' security. Any response can have them. */
const general = [
  ...['cache-control', 'connection', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding'],
  ...[
    'content-encoding',
    'vary',
    'content-security-policy',
    'cross-origin-opener-policy',
    'permissions-policy',
    'cross-origin-resource-policy',
    'referrer-policy',
  ],
  ...[
    'x-content-type-options',
    'x-frame-options',
    'allow',
    'x-accel-buffering',
    'access-control-allow-origin',
    'access-control-expose-headers',
  ],
];

/** The contract, for the comparison with responses. */
export const createContract = (props: DocumentProps) => closed(createDocument(props)) as Document;

const fixtureContract = createContract({
  product: testProduct,
  catalogue: fixtureCatalogue,
  routes: fixtureRoutes,
  problems: fixtureProblems,
});
const ajv = createAjv();
const validators = new Map<object, ValidateFunction>();

/**
 * Compares a response with the contract. Paths outside the contract must answer 404 or 405 with a problem document. Undocumented fields
 * and headers are faults.
 * @returns a sentence per fault
 */
function contractFaults(answered: Answered, document: Document): string[] {
  const { method, target, status } = answered;
  if (method === 'OPTIONS' || target.startsWith('/docs')) return [];
  const operation = operationOf(document, method, target.split('?')[0] ?? '');
  const where = `${method} ${target} answered ${status}`;
  if (!operation) {
    const isProblem = answered.headers.get('content-type') === 'application/problem+json';
    const isExpected = [400, 401, 403, 404, 405, 408, 413, 415, 421, 422, 429, 431].includes(status);
    return isProblem && isExpected ? [] : [`${where}, and the document does not know it`];
  }
  const response = resolve(operation.responses[status], document.components.responses, String(status));
  if (!response) return [`${where}, which the document does not have`];
  return [...headerFaults(answered, response), ...bodyFaults(answered, response, document)].map(
    (fault) => `${where}: ${fault}`,
  );
}

/** `fetch` for complete URLs, with that comparison. */
export const fetchWithinContract = (url: string, init?: RequestInit): Promise<Response> => {
  const { origin, pathname, search } = new URL(url);
  return withinContract((target, options) => fetch(`${origin}${target}`, options))(`${pathname}${search}`, init);
};

type Ask = (path: string, init?: RequestInit) => Promise<Response>;

/** Sends a request and throws if the response breaks the contract. Does not wait for streams. */
export const withinContract =
  (ask: Ask, contract = fixtureContract): Ask =>
  async (target, init = {}) => {
    const response = await ask(target, init);
    const isStream = response.headers.get('content-type') === 'text/event-stream';
    const body = isStream ? '' : await response.clone().text();
    const { status, headers } = response;
    const faults = contractFaults({ method: init.method ?? 'GET', target, status, headers, body }, contract);
    if (faults.length > 0) throw new Error(faults.join('\n'));
    return response;
  };

function operationOf(document: Document, method: string, path: string): { readonly responses: Responses } | undefined {
  const decoded = path.split('/').map(safelyDecoded);
  const found = Object.keys(document.paths)
    .filter((template) => matches(template.split('/'), decoded))
    .toSorted((one, other) => one.split('{').length - other.split('{').length)[0];
  return found === undefined ? undefined : document.paths[found]?.[method === 'HEAD' ? 'get' : method.toLowerCase()];
}

const matches = (template: readonly string[], path: readonly string[]): boolean =>
  template.length === path.length &&
  template.every((part, index) => (part.startsWith('{') ? path[index] !== '' : part === path[index]));

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const resolve = (
  response: ResponseObject | undefined,
  common: Responses,
  status: string,
): ResponseObject | undefined => (response?.$ref ? common[status] : response);

function headerFaults({ headers }: Answered, { headers: known = {} }: ResponseObject): string[] {
  const names = new Set([...Object.keys(known).map((name) => name.toLowerCase()), ...general]);
  return [...headers.keys()].filter((name) => !names.has(name)).map((name) => `its header ${name} is not documented`);
}

function bodyFaults({ method, headers, body }: Answered, { content }: ResponseObject, document: Document): string[] {
  if (method === 'HEAD') return body === '' ? [] : ['it has a body'];
  if (!content) return body === '' ? [] : ['it has a body'];
  const type = headers.get('content-type')?.split(';')[0] ?? '';
  const described = content[type];
  if (!described) return [`its type ${type} is not documented`];
  if (!type.endsWith('json')) return [];
  const value: unknown = JSON.parse(body);
  const { code } = value as { code?: string };
  if (type.startsWith('application/problem') && !Object.hasOwn(described.examples ?? {}, code ?? '')) {
    return [`its code ${code} is not documented: add it to the problems of the route`];
  }
  const validate = validatorOf(described.schema, document);
  return validate(value) ? [] : [`its body is not valid: ${ajv.errorsText(validate.errors)}: ${body.slice(0, 500)}`];
}

function validatorOf(schema: object, document: Document): ValidateFunction {
  const known = validators.get(schema);
  if (known) return known;
  const validate = ajv.compile(inlined(document, schema) as object);
  validators.set(schema, validate);
  return validate;
}

/**
 * The document without additional properties, so that tests find undocumented fields. The published document allows them: later
 * additions must not break callers. A part of an `allOf` lists only some of the properties.
 */
function closed(value: unknown, isPart = false): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => closed(item, isPart));
  const entries = Object.entries(value).map(([key, item]) => [key, isJson(key) ? item : closed(item, key === 'allOf')]);
  const object = Object.fromEntries(entries);
  const isOpen =
    object.type === 'object' && object.properties !== undefined && object.additionalProperties === undefined;
  return isOpen && !isPart ? { ...object, additionalProperties: false } : object;
}

/** Whether the value is JSON, not a schema. */
function isJson(key: string): boolean {
  return ['example', 'examples', 'value', 'default'].includes(key);
}
