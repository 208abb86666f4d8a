import { dereferenced, isObject, type JsonObject, listOf, objectOf, textOf } from './json-document.js';
import { type Direction, schemaChanges } from './schema-changes.js';

/**
 * Finds the changes between two OpenAPI 3.1 documents of this API that can break a caller: the API rejects a request that it accepted, or
 * answers what the caller does not expect. New operations, statuses of errors, and optional parameters and properties are compatible; a
 * new error code is not, as any new value in an answer. Ignores texts for readers, operation ids, links and defaults. Reports every other
 * difference that it does not support, because the change may be breaking.
 * @returns a line for each change, which is also its id: the operation, with its former path, and what changed
 * @throws a reference has no target, or a document is not of the expected form
 */
export function breakingChanges(before: JsonObject, after: JsonObject): readonly string[] {
  const [from, to] = [at(before, before), at(after, after)];
  const schemes = (root: Placed) => inside(inside(root, 'components'), 'securitySchemes');
  const operations = operationsOf(after);
  const changes = [
    ...differences('document', from, to, ['openapi', 'info', 'paths', 'components', 'security']),
    ...differences('security scheme', schemes(from), schemes(to)),
    ...[...operationsOf(before)].flatMap(([key, operation]) => {
      const next = operations.get(key);
      return (next ? operationChanges(operation, next) : ['is gone']).map((what) => `${operation.where}: ${what}`);
    }),
  ];
  return [...new Set(changes)];
}

/** An object of a document, with its references resolved. */
interface Placed {
  readonly document: JsonObject;
  readonly object: JsonObject;
}
const at = (document: JsonObject, value: unknown): Placed => ({ document, object: dereferenced(document, value) });
const inside = ({ document, object }: Placed, key: string): Placed => at(document, object[key] ?? {});

const ignored = ['summary', 'description', 'operationId', 'tags', 'links', 'example', 'examples', 'deprecated'];

/** Differences in fields that have no comparison of their own. */
function differences(label: string, from: Placed, to: Placed, compared: readonly string[] = []): string[] {
  const fields = Object.keys({ ...from.object, ...to.object });
  return fields
    .filter((field) => !ignored.includes(field) && !compared.includes(field))
    .filter((field) => textOf(from.document, from.object[field]) !== textOf(to.document, to.object[field]))
    .map((field) => `${label} ${field} differs; compare it by hand`);
}

interface Operation extends Placed {
  /** As in `GET /v1/runs/{id}`. */
  readonly where: string;
  readonly path: string;
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** The operations by method and path. Callers never see the names of path parameters, so the keys omit them. */
function operationsOf(document: JsonObject): ReadonlyMap<string, Operation> {
  return new Map(
    Object.entries(objectOf(document['paths'])).flatMap(([path, item]) =>
      Object.entries(dereferenced(document, item)).map(([method, operation]): [string, Operation] => {
        if (!methods.includes(method))
          throw new Error(`${path} has the field ${method}, which this check does not support`);
        const where = `${method.toUpperCase()} ${path}`;
        return [where.replaceAll(/\{[^}]*\}/g, '{}'), { ...at(document, operation), where, path }];
      }),
    ),
  );
}

const operationChanges = (before: Operation, after: Operation): string[] => [
  ...differences('operation', before, after, ['security', 'parameters', 'requestBody', 'responses']),
  ...securityChanges(before, after),
  ...parameterChanges(before, after),
  ...bodyChanges(before, after),
  ...responseChanges(before, after),
];

/** The credentials that an operation accepts: one of these lists of schemes and scopes. An empty list requires none. */
function securityOf({ document, object }: Operation): readonly (readonly string[])[] {
  const alternatives = listOf(object['security'] ?? document['security']).filter(isObject);
  if (alternatives.length === 0) return [[]];
  return alternatives.map((schemes) =>
    Object.entries(schemes).flatMap(([scheme, scopes]) => [
      scheme,
      ...listOf(scopes).map((scope) => `the scope ${scope} of ${scheme}`),
    ]),
  );
}

/** The credentials of each former alternative must satisfy one of the new ones. */
function securityChanges(before: Operation, after: Operation): string[] {
  return securityOf(before).flatMap((credentials) => {
    const missing = securityOf(after).map((needs) => needs.filter((need) => !credentials.includes(need)));
    if (missing.some((needs) => needs.length === 0)) return [];
    return [`requires ${missing.map((needs) => needs.join(' and ')).join(', or ')} now`];
  });
}

interface Parameter extends Placed {
  /** As in `query parameter limit`. */
  readonly label: string;
}

/** The parameters by place and name; path parameters by their position in the path. */
function parametersOf({ document, path, object }: Operation): ReadonlyMap<string, Parameter> {
  const positions = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name);
  return new Map(
    listOf(object['parameters']).map((each) => {
      const parameter = at(document, each);
      const [place, name] = [String(parameter.object['in']), String(parameter.object['name'])];
      const id = place === 'path' ? positions.indexOf(name) : place === 'header' ? name.toLowerCase() : name;
      return [`${place} ${id}`, { ...parameter, label: `${place} parameter ${name}` }];
    }),
  );
}

function parameterChanges(before: Operation, after: Operation): string[] {
  const [former, current] = [parametersOf(before), parametersOf(after)];
  const isRequired = (parameter?: Parameter) => parameter?.object['required'] === true;
  const required = [...current].filter(([key, parameter]) => isRequired(parameter) && !isRequired(former.get(key)));
  return [
    ...required.map(([key, { label }]) => `${former.get(key)?.label ?? label} is required now`),
    ...[...former].flatMap(([key, parameter]) => {
      const { label } = parameter;
      const next = current.get(key);
      if (!next) return [`${label} is gone`];
      return [
        ...differences(label, parameter, next, ['name', 'in', 'required', 'schema']),
        ...changesOfSchema('request', label, parameter, next),
      ];
    }),
  ];
}

function bodyChanges(before: Operation, after: Operation): string[] {
  const [former, current] = [inside(before, 'requestBody'), inside(after, 'requestBody')];
  const exists = ({ object }: Operation) => object['requestBody'] !== undefined;
  const isRequired = current.object['required'] === true && former.object['required'] !== true;
  if (exists(before) && !exists(after)) return ['request body is no longer accepted'];
  return [
    ...(isRequired ? ['request is required now'] : []),
    ...(exists(before) ? contentChanges('request', 'request', former, current) : []),
  ];
}

function responseChanges(before: Operation, after: Operation): string[] {
  const [former, current] = [inside(before, 'responses'), inside(after, 'responses')];
  const isError = (status: string) => /^[45]/.test(status) || status === 'default';
  const gone = Object.keys(former.object).filter((status) => !isError(status) && !(status in current.object));
  return [
    ...gone.map((status) => `response ${status} is gone`),
    ...Object.keys(current.object).flatMap((status) => {
      const label = `response ${status}`;
      if (!(status in former.object)) return isError(status) ? [] : [`${label} is new`];
      const [from, to] = [inside(former, status), inside(current, status)];
      return [
        ...differences(label, from, to, ['headers', 'content']),
        ...headerChanges(label, from, to),
        ...contentChanges('response', label, from, to),
      ];
    }),
  ];
}

function headerChanges(label: string, from: Placed, to: Placed): string[] {
  const [former, current] = [inside(from, 'headers'), inside(to, 'headers')];
  return Object.keys(former.object).flatMap((name) => {
    const header = `${label} header ${name}`;
    if (!(name in current.object)) return [`${header} is gone`];
    const [had, has] = [inside(former, name), inside(current, name)];
    return [
      ...(had.object['required'] === true && has.object['required'] !== true ? [`${header} can be missing now`] : []),
      ...differences(header, had, has, ['required', 'schema']),
      ...changesOfSchema('response', header, had, has),
    ];
  });
}

function contentChanges(direction: Direction, label: string, from: Placed, to: Placed): string[] {
  const [former, current] = [inside(from, 'content'), inside(to, 'content')];
  return Object.keys(former.object).flatMap((type) => {
    if (!(type in current.object))
      return [`${label} ${direction === 'request' ? 'no longer accepts' : 'is no longer'} ${type}`];
    const place = type === 'application/json' ? label : `${label} (${type})`;
    const [had, has] = [inside(former, type), inside(current, type)];
    return [...differences(place, had, has, ['schema']), ...changesOfSchema(direction, place, had, has)];
  });
}

function changesOfSchema(direction: Direction, label: string, from: Placed, to: Placed): string[] {
  const schemaOf = ({ document, object: { schema = true } }: Placed) => ({ document, schema });
  return schemaChanges(direction, schemaOf(from), schemaOf(to)).map(({ at: pointer, what }) =>
    [label, pointer, what].filter(Boolean).join(' '),
  );
}
