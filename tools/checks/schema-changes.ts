import { type JsonObject, listOf, objectOf, textOf } from './json-document.js';
import { alternativesOf, includes, isSubtype, limits, propertyOf } from './schema-alternatives.js';

/** Whether callers write or read what the schema describes. */
export type Direction = 'request' | 'response';

/** A breaking change of a schema. */
export interface SchemaChange {
  /** JSON pointer to the described value; `[]` is any item, `*` any property without a name. */
  readonly at: string;
  readonly what: string;
}

/** A JSON Schema and the document of its references. */
export interface PlacedSchema {
  readonly document: JsonObject;
  readonly schema: unknown;
}

/** The texts are parts of the ids in openapi.breaking.json: editing a text invalidates them. */
const texts = {
  request: {
    type: (type: string) => `no longer accepts ${type}`,
    types: (types: string) => `accepts only ${types} now`,
    value: (value: string) => `no longer accepts ${value}`,
    values: (values: string) => `accepts only ${values} now`,
    required: 'is required now',
    others: 'no longer accepts other properties',
  },
  response: {
    type: (type: string) => `can be ${type} now`,
    types: (types: string) => `can be other types than ${types} now`,
    value: (value: string) => `can be ${value} now`,
    values: (values: string) => `can be other values than ${values} now`,
    required: 'can be missing now',
    others: 'no longer has other properties',
  },
} as const;

/**
 * Finds the breaking changes of a schema: a request no longer accepts a value, or a response can have a new one or lacks a property.
 * Both mean that one schema (`inner`) is no longer within the other (`outer`), with two exceptions: readers ignore unknown properties,
 * and a request that does not describe its other properties makes no promise about them.
 *
 * Supports the keywords of this API's contract. Reports every other keyword that differs, because the change may be breaking.
 * @throws a schema is invalid, or a reference has no target
 */
export function schemaChanges(
  direction: Direction,
  before: PlacedSchema,
  after: PlacedSchema,
): readonly SchemaChange[] {
  const [inner, outer] = direction === 'request' ? [before, after] : [after, before];
  if (textOf(inner.document, inner.schema) === textOf(outer.document, outer.schema)) return [];
  const walk = { direction, inner: inner.document, outer: outer.document, known: new Map() };
  return compare(walk, inner.schema, outer.schema);
}

interface Walk {
  readonly direction: Direction;
  /** Documents of the two schemas. */
  readonly inner: JsonObject;
  readonly outer: JsonObject;
  /** Changes of compared pairs. A pair in progress has none, which ends the recursion of recursive schemas. */
  readonly known: Map<string, readonly SchemaChange[]>;
}

const here = (what: string): SchemaChange => ({ at: '', what });
const below = (name: string, changes: readonly SchemaChange[]): SchemaChange[] =>
  changes.map(({ at, what }) => ({ at: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}${at}`, what }));
const unique = (changes: readonly SchemaChange[]): SchemaChange[] => [
  ...new Map(changes.map((change) => [`${change.at} ${change.what}`, change])).values(),
];
const shown = (values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join(', ');

function compare(walk: Walk, inner: unknown, outer: unknown): readonly SchemaChange[] {
  const key = JSON.stringify([inner, outer]);
  const known = walk.known.get(key);
  if (known) return known;
  walk.known.set(key, []);
  const [alternatives, allowed] = [alternativesOf(walk.inner, inner), alternativesOf(walk.outer, outer)];
  const changes = unique(alternatives.flatMap((_, index) => compareAlternative(walk, alternatives, index, allowed)));
  walk.known.set(key, changes);
  return changes;
}

/** Compares with the most similar of the allowed alternatives, preferably the one at the same position. */
function compareAlternative(
  walk: Walk,
  alternatives: readonly JsonObject[],
  index: number,
  allowed: readonly JsonObject[],
): readonly SchemaChange[] {
  const inner = alternatives[index] ?? {};
  const { type } = inner;
  const attempts = allowed.flatMap((outer, position) => {
    if (outer['type'] !== undefined && !isSubtype(type, outer['type'])) return [];
    return [{ changes: compareKeywords(walk, inner, outer, alternatives), distance: Math.abs(index - position) }];
  });
  const [nearest] = attempts.sort((a, b) => a.changes.length - b.changes.length || a.distance - b.distance);
  if (nearest) return nearest.changes;
  const text = texts[walk.direction];
  if (type !== undefined || allowed.length === 0) return [here(text.type(String(type ?? 'a value')))];
  return [here(text.types([...new Set(allowed.map(({ type: other }) => String(other)))].join(', ')))];
}

/** Keywords that only restrict: removing one never breaks a request. */
const restrictions = [...Object.keys(limits), 'pattern', 'format', 'uniqueItems', 'multipleOf'];
const compared = ['type', 'enum', 'properties', 'required', 'additionalProperties', 'items'];

function compareKeywords(
  walk: Walk,
  inner: JsonObject,
  outer: JsonObject,
  alternatives: readonly JsonObject[],
): SchemaChange[] {
  // A keyword that is not supported can change the meaning of the keywords beside it.
  const unsupported = Object.keys({ ...inner, ...outer }).filter(
    (key) => ![...restrictions, ...compared].includes(key),
  );
  if (unsupported.length > 0 && textOf(walk.inner, inner) !== textOf(walk.outer, outer))
    return [here(`differs and has ${unsupported.join(', ')}, which this check does not support; compare it by hand`)];
  return [
    ...compareValues(walk, inner, outer),
    ...restrictions.flatMap((keyword) => compareRestriction(walk.direction, keyword, inner[keyword], outer[keyword])),
    ...compareProperties(walk, inner, outer, alternatives),
    ...below('[]', compare(walk, inner['items'] ?? true, outer['items'] ?? true)),
  ];
}

function compareRestriction(direction: Direction, keyword: string, inner: unknown, outer: unknown): SchemaChange[] {
  const stricter = limits[keyword];
  const isKept = stricter && stricter(Number(inner), Number(outer)) === inner;
  if (outer === undefined || isKept || JSON.stringify(inner) === JSON.stringify(outer)) return [];
  const [had, has] = (direction === 'request' ? [inner, outer] : [outer, inner]).map(
    (value) => JSON.stringify(value) ?? 'unset',
  );
  return [here(`${keyword} is ${has} now, was ${had}`)];
}

function compareValues({ direction }: Walk, inner: JsonObject, outer: JsonObject): SchemaChange[] {
  if (outer['enum'] === undefined) return [];
  const allowed = listOf(outer['enum']);
  if (inner['enum'] === undefined) return [here(texts[direction].values(shown(allowed)))];
  const lost = listOf(inner['enum']).filter((value) => !includes(allowed, value));
  return lost.map((value) => here(texts[direction].value(shown([value]))));
}

/** @param alternatives - all of `inner`: a property that one of them has is not gone */
function compareProperties(
  walk: Walk,
  inner: JsonObject,
  outer: JsonObject,
  alternatives: readonly JsonObject[],
): SchemaChange[] {
  const { direction } = walk;
  const namesIn = (schema: JsonObject) => Object.keys(objectOf(schema['properties']));
  const [innerOthers, outerOthers] = [inner['additionalProperties'] ?? true, outer['additionalProperties'] ?? true];
  const mayHave = (schema: JsonObject, name: string) =>
    propertyOf(schema, name, schema['additionalProperties'] ?? false) !== false;
  const gone = namesIn(outer).filter(
    (name) => direction === 'response' && !alternatives.some((schema) => mayHave(schema, name)),
  );
  const required = listOf(outer['required'])
    .map(String)
    .filter((name) => !listOf(inner['required']).includes(name) && !gone.includes(name));
  const ignoresUnknown = direction === 'response' && typeof outerOthers === 'boolean';
  const names = [...new Set([...namesIn(inner), ...namesIn(outer)])].filter((name) => {
    const isDescribed = namesIn(inner).includes(name) || (inner['additionalProperties'] ?? false) !== false;
    return isDescribed && !gone.includes(name) && (!ignoresUnknown || namesIn(outer).includes(name));
  });
  return [
    ...gone.flatMap((name) => below(name, [here('is gone')])),
    ...required.flatMap((name) => below(name, [here(texts[direction].required)])),
    ...names.flatMap((name) => {
      const [own, limit] = [propertyOf(inner, name), propertyOf(outer, name)];
      const isRemoved = direction === 'request' && limit === false && own !== false;
      return below(name, isRemoved ? [here('is no longer accepted')] : compare(walk, own, limit));
    }),
    ...(ignoresUnknown ? [] : compareOthers(walk, innerOthers, outerOthers)),
  ];
}

function compareOthers(walk: Walk, inner: unknown, outer: unknown): readonly SchemaChange[] {
  if (inner === false) return walk.direction === 'response' ? [here(texts.response.others)] : [];
  return outer === false ? [here(texts.request.others)] : below('*', compare(walk, inner, outer));
}
