import { type Operation, operationsOf, parametersOf, securityOf } from './contract-parts.js';
import { schemaChanges } from './schema-changes.js';
import { dereferenced, isObject, type JsonObject, listOf } from './schema-parts.js';
import { type Direction, wordsOf } from './schema-words.js';

/** A change after which a caller that was right before may be refused, or may not understand what it is answered. */
export interface BreakingChange {
  /** `where: what`. The same change has the same id in every comparison, so that it can be named. */
  readonly id: string;
  /** The operation, with the path as it was before. */
  readonly where: string;
  readonly what: string;
}

/**
 * What of the change from one OpenAPI 3.1 document to another breaks callers. What may be either is told as breaking.
 * Additions are not: paths, operations, optional parameters and properties, statuses of errors. A new code among those of a status
 * is, as any value that is new to a reader. Not compared: `operationId`, links, callbacks, webhooks, defaults and what is there for people.
 * @throws when a reference leads to nothing, or what it leads to is not what belongs there
 */
export function breakingChanges(before: JsonObject, after: JsonObject): readonly BreakingChange[] {
  const operations = operationsOf(after);
  const changes = [
    ...serverChanges(before, after),
    ...schemeChanges(before, after),
    ...[...operationsOf(before)].flatMap(([key, operation]) => {
      const next = operations.get(key);
      const whats = next ? operationChanges(operation, next) : ['is gone'];
      return whats.map((what) => changeOf(operation.where, what));
    }),
  ];
  return [...new Map(changes.map((change) => [change.id, change])).values()];
}

const changeOf = (where: string, what: string): BreakingChange => ({ id: `${where}: ${what}`, where, what });

/** Paths are relative to these; without any, to where the document is. */
function urlsOf({ servers }: JsonObject): readonly unknown[] {
  const urls = listOf(servers).map((server) => (isObject(server) ? server['url'] : undefined));
  return urls.length > 0 ? urls : ['/'];
}

function serverChanges(before: JsonObject, after: JsonObject): BreakingChange[] {
  const left = urlsOf(after);
  return urlsOf(before).flatMap((url) => (left.includes(url) ? [] : [changeOf(`server ${url}`, 'is gone')]));
}

/** A scheme that is gone is told by the operations that need it. */
function schemeChanges(before: JsonObject, after: JsonObject): BreakingChange[] {
  const schemesOf = ({ components }: JsonObject): JsonObject => {
    const schemes = isObject(components) ? components['securitySchemes'] : undefined;
    return isObject(schemes) ? schemes : {};
  };
  const next = schemesOf(after);
  return Object.entries(schemesOf(before)).flatMap(([name, scheme]) => {
    if (next[name] === undefined) return [];
    const [from, to] = [dereferenced(before, scheme), dereferenced(after, next[name])];
    const isSame = ['type', 'scheme', 'in', 'name', 'openIdConnectUrl'].every((key) => from[key] === to[key]);
    return isSame ? [] : [changeOf(`security ${name}`, 'is sent in another way now')];
  });
}

function operationChanges(before: Operation, after: Operation): string[] {
  return [
    ...securityChanges(before, after),
    ...parameterChanges(before, after),
    ...bodyChanges(before, after),
    ...responseChanges(before, after),
  ];
}

/** Whoever had what one of the alternatives asks for must have what one of the new ones does. */
function securityChanges(before: Operation, after: Operation): string[] {
  const wanted = securityOf(after);
  return securityOf(before).flatMap((had) => {
    const missing = wanted.map((needs) => needs.filter((need) => !had.includes(need)));
    return missing.some((needs) => needs.length === 0)
      ? []
      : [`needs ${missing.map((needs) => needs.join(' and ')).join(', or ')} now`];
  });
}

function parameterChanges(before: Operation, after: Operation): string[] {
  const [had, has] = [parametersOf(before), parametersOf(after)];
  const required = [...has].filter(([key, { isRequired }]) => isRequired && !had.get(key)?.isRequired);
  return [
    ...required.map(([key, { label }]) => `${had.get(key)?.label ?? label} is required now`),
    ...[...had].flatMap(([key, { label, holder, style }]) => {
      const next = has.get(key);
      if (!next) return [`${label} is gone`];
      if (style !== next.style) return [`${label} is written in another way now`];
      return heldChanges('request', label, placed(before.document, holder), placed(after.document, next.holder));
    }),
  ];
}

function bodyChanges(before: Operation, after: Operation): string[] {
  const bodyOf = ({ document, operation: { requestBody } }: Operation) =>
    requestBody === undefined ? undefined : placed(document, requestBody);
  const [had, has] = [bodyOf(before), bodyOf(after)];
  const required = has?.object['required'] === true && had?.object['required'] !== true;
  if (had && !has) return ['request is taken no longer'];
  return [
    ...(required ? ['request is required now'] : []),
    ...(had && has ? contentChanges('request', 'request', had, has) : []),
  ];
}

function responseChanges(before: Operation, after: Operation): string[] {
  const [had, has] = [responsesOf(before), responsesOf(after)];
  const gone = Object.keys(had).filter((status) => !isError(status) && covering(has, status) === undefined);
  return [
    ...gone.map((status) => `response ${status} is gone`),
    ...Object.entries(has).flatMap(([status, response]) => {
      const former = covering(had, status);
      if (former === undefined) return isError(status) ? [] : [`response ${status} is new`];
      const [from, to] = [placed(before.document, former), placed(after.document, response)];
      const label = `response ${status}`;
      return [...headerChanges(label, from, to), ...contentChanges('response', label, from, to)];
    }),
  ];
}

const responsesOf = ({ operation: { responses } }: Operation): JsonObject => (isObject(responses) ? responses : {});
/** `default` stands for errors alone: a success is always listed. */
const isError = (status: string) => /^[45]/.test(status) || status === 'default';
/** A status by itself comes before its range (`4XX`), and that before `default`. */
const covering = (responses: JsonObject, status: string): unknown =>
  responses[status] ?? responses[`${status[0]}XX`] ?? (isError(status) ? responses['default'] : undefined);

/** An object of a document, in which its references are looked up. */
interface Placed {
  readonly document: JsonObject;
  readonly object: JsonObject;
}
const placed = (document: JsonObject, value: unknown): Placed => ({ document, object: dereferenced(document, value) });

function headerChanges(label: string, from: Placed, to: Placed): string[] {
  const headersOf = ({ document, object: { headers } }: Placed) =>
    Object.entries(isObject(headers) ? headers : {}).map(
      ([name, header]) => [name.toLowerCase(), `${label} header ${name}`, placed(document, header)] as const,
    );
  const next = new Map(headersOf(to).map(([key, , header]) => [key, header]));
  return headersOf(from).flatMap(([key, name, header]) => {
    const held = next.get(key);
    if (!held) return [`${name} is gone`];
    const mayBeMissing = header.object['required'] === true && held.object['required'] !== true;
    return [...(mayBeMissing ? [`${name} may be missing now`] : []), ...heldChanges('response', name, header, held)];
  });
}

/** Of a parameter or a header, which has either content or a schema. */
const heldChanges = (direction: Direction, label: string, from: Placed, to: Placed): string[] =>
  (isObject(from.object['content']) ? contentChanges : mediaChanges)(direction, label, from, to);

function contentChanges(direction: Direction, label: string, from: Placed, to: Placed): string[] {
  const contentOf = ({ object: { content } }: Placed): JsonObject => (isObject(content) ? content : {});
  const next = contentOf(to);
  return Object.entries(contentOf(from)).flatMap(([media, held]) => {
    if (next[media] === undefined) return [`${label} ${wordsOf[direction].media(media)}`];
    const place = media === 'application/json' ? label : `${label} (${media})`;
    return mediaChanges(direction, place, placed(from.document, held), placed(to.document, next[media]));
  });
}

function mediaChanges(direction: Direction, label: string, from: Placed, to: Placed): string[] {
  const schemaOf = ({ document, object: { schema = true } }: Placed) => ({ document, schema });
  return schemaChanges(direction, schemaOf(from), schemaOf(to)).map(({ at, what }) =>
    [label, at, what].filter(Boolean).join(' '),
  );
}
