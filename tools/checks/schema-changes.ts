import { boundChanges, unknownKeywordChanges } from './schema-keywords.js';
import {
  accepts,
  admitsEveryType,
  areApart,
  both,
  type Conjunction,
  conjunctionOf,
  declaredNames,
  declares,
  isNothing,
  isObject,
  itemsOf,
  type JsonObject,
  type JsonType,
  keyOf,
  listedValues,
  otherProperties,
  propertyOf,
  requiredNames,
  sameText,
  textOf,
  typeNames,
  typesOf,
  type Union,
} from './schema-parts.js';
import { type Direction, type SchemaChange, wordsOf } from './schema-words.js';

/** A JSON Schema and the document that its references are looked up in. */
export interface PlacedSchema {
  readonly document: JsonObject;
  readonly schema: unknown;
}

/**
 * What of the change from `before` to `after` breaks callers: in a request, that something is refused which was taken; in a response,
 * that something is sent which was not, or is missing. Both ask whether one schema (`inner`) lies within the other (`outer`), except
 * that readers pass over properties that they do not know, that a property which is gone is missed even when it was optional, and
 * that a request which did not name a property, nor say what others may be, did not promise to take any value of it.
 *
 * Each difference stands at the place where it is; one within a recursive schema, at the first. What cannot be decided is told as a
 * change that says so.
 * @throws when a schema is none, or refers to nothing
 */
export function schemaChanges(direction: Direction, before: PlacedSchema, after: PlacedSchema): SchemaChange[] {
  const [inner, outer] = direction === 'request' ? [before, after] : [after, before];
  const changes = compare(
    { direction, underWay: new Set() },
    conjunctionOf(inner.document, inner.schema),
    conjunctionOf(outer.document, outer.schema),
  );
  return [...new Map(changes.map((change) => [`${change.at} ${change.what}`, change])).values()];
}

interface Walk {
  readonly direction: Direction;
  /** Pairs that are being compared: within themselves they are taken to be in order, because schemas may be recursive. */
  readonly underWay: Set<string>;
}

const here = (what: string): SchemaChange => ({ at: '', what });
const below = (name: string, changes: readonly SchemaChange[]): SchemaChange[] =>
  changes.map(({ at, what }) => ({ at: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}${at}`, what }));

function compare(walk: Walk, inner: Conjunction, outer: Conjunction): SchemaChange[] {
  const key = `${keyOf(inner)} ${keyOf(outer)}`;
  if (walk.underWay.has(key) || sameText(inner, outer)) return [];
  walk.underWay.add(key);
  const kept = (union: Union) =>
    inner.unions.some(
      ({ exclusive, branches }) =>
        exclusive === union.exclusive && textOf(inner.document, branches) === textOf(outer.document, union.branches),
    );
  const rest = { ...outer, unions: outer.unions.filter((union) => !kept(union)) };
  const gone = walk.direction === 'response' ? goneProperties(inner, outer) : [];
  const changes = [
    ...gone.flatMap((name) => below(name, [here('is gone')])),
    ...overlapChanges(walk, rest),
    ...compareBranches(walk, inner, rest, gone),
  ];
  walk.underWay.delete(key);
  return changes;
}

/** Properties that readers were told of and that no branch declares any more. */
function goneProperties(inner: Conjunction, outer: Conjunction): string[] {
  const isKnown = ({ document, parts, unions }: Conjunction, name: string): boolean =>
    parts.some((part) => declares(part, name) || (part['additionalProperties'] ?? false) !== false) ||
    unions.some(({ branches }) => branches.some((branch) => isKnown(conjunctionOf(document, branch), name)));
  if (!typesOf(inner).includes('object') || !typesOf(outer).includes('object')) return [];
  return declaredNames(outer).filter((name) => !isNothing(propertyOf(outer, name)) && !isKnown(inner, name));
}

/** A value that is valid for two exclusive alternatives is refused; for a reader, either of them is what was promised. */
function overlapChanges({ direction }: Walk, outer: Conjunction): SchemaChange[] {
  if (direction === 'response') return [];
  const overlap = outer.unions.some(({ exclusive, branches }) => {
    const schemas = exclusive ? branches.map((branch) => conjunctionOf(outer.document, branch)) : [];
    return schemas.some((a, index) => schemas.slice(index + 1).some((b) => !areApart(a, b)));
  });
  return overlap ? [here(`has another oneOf now, whose alternatives may overlap: ${wordsOf[direction].unsure}`)] : [];
}

/** What has alternatives lies within `outer` when each of them does. */
function compareBranches(walk: Walk, inner: Conjunction, outer: Conjunction, gone: readonly string[]): SchemaChange[] {
  const [union, ...unions] = inner.unions;
  if (!union) return compareLeaf(walk, inner, outer, gone);
  return union.branches.flatMap((branch) => {
    const one = both({ ...inner, unions }, conjunctionOf(inner.document, branch));
    return compareBranches(walk, one, outer, gone);
  });
}

function compareLeaf(walk: Walk, inner: Conjunction, outer: Conjunction, gone: readonly string[]): SchemaChange[] {
  const listed = listedValues(inner);
  if (listed) {
    const lost = listed.filter((value) => !accepts(outer, value));
    return lost.map((value) => here(wordsOf[walk.direction].value(value)));
  }
  return [
    ...outer.parts.flatMap((part) => comparePart(walk, inner, { ...outer, parts: [part], unions: [] }, gone)),
    ...unknownKeywordChanges(walk.direction, inner, outer),
    ...outer.unions.flatMap(({ branches }) =>
      compareAlternatives(
        walk,
        inner,
        branches.map((branch) => conjunctionOf(outer.document, branch)),
      ),
    ),
  ];
}

/** Something without alternatives against alternatives: it should lie within one of them, each of its types by itself if need be. */
function compareAlternatives(walk: Walk, inner: Conjunction, alternatives: readonly Conjunction[]): SchemaChange[] {
  const attempts = alternatives.map((alternative) => compare(walk, inner, alternative));
  if (attempts.some((changes) => changes.length === 0)) return [];
  const types = typeNames(typesOf(inner));
  if (types.length > 1) {
    return types.flatMap((type) => compareAlternatives(walk, both(inner, onlyOf(inner, type)), alternatives));
  }
  const near = attempts.filter((_, index) => !areApart(inner, alternatives[index] as Conjunction));
  const words = wordsOf[walk.direction];
  if (near.length === 1) return near[0] as SchemaChange[];
  const shape = shapeOf(inner);
  return [here(near.length === 0 ? words.shape(shape) : `has other alternatives now for ${shape}: ${words.unsure}`)];
}

const typeSchemas = new Map<string, JsonObject>();
function onlyOf({ document }: Conjunction, type: string): Conjunction {
  const schema = typeSchemas.get(type) ?? { type };
  typeSchemas.set(type, schema);
  return conjunctionOf(document, schema);
}

/** How an alternative is told from others: its type, and of an object the properties that it always has. */
function shapeOf(schema: Conjunction): string {
  const [type = 'value'] = typeNames(typesOf(schema));
  if (type !== 'object') return type;
  const names = requiredNames(schema).map((name) => {
    const [only, ...others] = listedValues(propertyOf(schema, name)) ?? [];
    return only === undefined || others.length > 0 ? name : `${name}: ${JSON.stringify(only)}`;
  });
  return `object {${names.join(', ')}}`;
}

/** `outer` is a single part here. */
function comparePart(walk: Walk, inner: Conjunction, outer: Conjunction, gone: readonly string[]): SchemaChange[] {
  const words = wordsOf[walk.direction];
  const [had, wanted] = [typesOf(inner), typesOf(outer)];
  const lost = had.filter((type) => !wanted.includes(type));
  const common = had.filter((type) => wanted.includes(type));
  const listed = listedValues(outer);
  return [
    ...(lost.length > 0 ? [here(words.types(typeNames(lost), typeNames(wanted), admitsEveryType(had)))] : []),
    ...(listed && common.length > 0 ? compareListed(walk, inner, outer, listed, common) : []),
    ...boundChanges(walk.direction, inner, outer, common),
    ...(common.includes('object') ? compareProperties(walk, inner, outer, gone) : []),
    ...(common.includes('array') ? below('[]', compare(walk, itemsOf(inner), itemsOf(outer))) : []),
  ];
}

/** Of types with few values it is known which of them are lost. */
function compareListed(
  { direction }: Walk,
  inner: Conjunction,
  outer: Conjunction,
  listed: readonly unknown[],
  types: readonly JsonType[],
): SchemaChange[] {
  const words = wordsOf[direction];
  if (types.some((type) => type !== 'boolean' && type !== 'null')) return [here(words.listed(listed))];
  const lost = [null, true, false].filter((value) => accepts(inner, value) && !accepts(outer, value));
  return lost.map((value) => here(words.value(value)));
}

/** `outer` is a single part here; `gone` has been told of. */
function compareProperties(
  walk: Walk,
  inner: Conjunction,
  outer: Conjunction,
  gone: readonly string[],
): SchemaChange[] {
  const words = wordsOf[walk.direction];
  const always = requiredNames(inner);
  const required = requiredNames(outer).filter((name) => !always.includes(name) && !gone.includes(name));
  const [declaredInner, declaredOuter] = [declaredNames(inner), declaredNames(outer)];
  const promisesOthers = (schema: Conjunction) => schema.parts.some((part) => isObject(part['additionalProperties']));
  const isPromised = (name: string) =>
    declaredInner.includes(name) || inner.parts.some((part) => (part['additionalProperties'] ?? false) !== false);
  const isOpenToReaders = walk.direction === 'response' && !promisesOthers(outer);
  const names = [...new Set([...declaredInner, ...declaredOuter])].filter(
    (name) => isPromised(name) && !(isOpenToReaders && !declaredOuter.includes(name)),
  );
  return [
    ...required.flatMap((name) => below(name, [here(words.required)])),
    ...names.flatMap((name) => {
      const [from, to] = [propertyOf(inner, name), propertyOf(outer, name)];
      if (isNothing(from)) return [];
      return below(name, isNothing(to) ? [here(words.refused)] : compare(walk, from, to));
    }),
    ...(isOpenToReaders ? [] : compareOthers(walk, otherProperties(inner), otherProperties(outer))),
  ];
}

function compareOthers(walk: Walk, inner: Conjunction, outer: Conjunction): SchemaChange[] {
  const words = wordsOf[walk.direction];
  if (walk.direction === 'response' && isNothing(inner)) return [here(words.others)];
  if (isNothing(inner)) return [];
  return isNothing(outer) ? [here(words.others)] : below('*', compare(walk, inner, outer));
}
