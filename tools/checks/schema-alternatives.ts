import { isObject, type JsonObject, listOf, objectOf, targetOf } from './json-document.js';

/** Keywords that never reject a value. */
const annotations = ['title', 'description', 'default', 'example', 'examples', 'deprecated', 'readOnly', 'writeOnly'];
const isAnnotation = (keyword: string): boolean => annotations.includes(keyword) || keyword.startsWith('x-');

/** Limits, with the function that returns the stricter of two. */
export const limits: Readonly<Record<string, (a: number, b: number) => number>> = {
  ...{
    minimum: Math.max,
    exclusiveMinimum: Math.max,
    minLength: Math.max,
    minItems: Math.max,
    minProperties: Math.max,
  },
  ...{
    maximum: Math.min,
    exclusiveMaximum: Math.min,
    maxLength: Math.min,
    maxItems: Math.min,
    maxProperties: Math.min,
  },
};

const ofNumbers = ['minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum', 'multipleOf', 'format'];
const keywordsOf: Readonly<Record<string, readonly string[]>> = {
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  number: ofNumbers,
  integer: ofNumbers,
  array: ['items', 'minItems', 'maxItems', 'uniqueItems'],
  object: ['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties'],
};
const typed = Object.values(keywordsOf).flat();

/**
 * Splits a schema into alternatives: a value is valid if it is valid for one of them. An alternative is a schema without `$ref`, `allOf`,
 * `anyOf` and `const`, with at most one type; other keywords remain as they are.
 * @throws the schema is invalid, or a reference has no target
 */
export function alternativesOf(document: JsonObject, schema: unknown, depth = 0): readonly JsonObject[] {
  if (schema === true) return [{}];
  if (schema === false) return [];
  if (!isObject(schema) || depth > 50) throw new Error(`${JSON.stringify(schema)} is not a JSON Schema`);
  const { $ref: ref, allOf, anyOf, ...own } = schema;
  const expand = (part: unknown) => alternativesOf(document, part, depth + 1);
  const conjuncts = [
    byType(own),
    ...(ref === undefined ? [] : [expand(targetOf(document, ref))]),
    ...listOf(allOf).map(expand),
    ...(anyOf === undefined ? [] : [listOf(anyOf).flatMap(expand)]),
  ];
  return conjuncts.reduce((all, more) => all.flatMap((a) => more.flatMap((b) => both(a, b))));
}

/** One alternative per type, each with the values and keywords that apply to its type. */
function byType({ const: only, type, ...rest }: JsonObject): JsonObject[] {
  const values = only === undefined ? rest['enum'] : [only];
  const types = type === undefined ? new Set(listOf(values).map(typeOf)) : new Set([type].flat().map(String));
  const own = Object.fromEntries(Object.entries(rest).filter(([keyword]) => !isAnnotation(keyword)));
  if (types.size === 0) return [own];
  return [...types].flatMap((each) => {
    const keywords = Object.entries(own).filter(([key]) => !typed.includes(key) || keywordsOf[each]?.includes(key));
    return withValues({ ...Object.fromEntries(keywords), type: each }, values);
  });
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

/** Whether every value of the first type has the second type. */
export const isSubtype = (a: unknown, b: unknown): boolean => a === b || (a === 'integer' && b === 'number');

/** Empty if none of the values has the type. */
function withValues(alternative: JsonObject, values: unknown): JsonObject[] {
  if (!Array.isArray(values)) return [alternative];
  const fitting = values.filter((value) => isSubtype(typeOf(value), alternative['type']));
  return fitting.length > 0 ? [{ ...alternative, enum: fitting }] : [];
}

/** The schema of a property. @param others - the schema of properties that `properties` does not list */
export function propertyOf(
  schema: JsonObject,
  name: string,
  others: unknown = schema['additionalProperties'],
): unknown {
  const properties = objectOf(schema['properties']);
  return Object.hasOwn(properties, name) ? properties[name] : (others ?? true);
}

/** The conjunction of two alternatives; empty if their types or values exclude each other. */
function both(a: JsonObject, b: JsonObject): JsonObject[] {
  const [typeA, typeB] = [a['type'] ?? b['type'], b['type'] ?? a['type']];
  if (!isSubtype(typeA, typeB) && !isSubtype(typeB, typeA)) return [];
  const merged: Record<string, unknown> = { ...a, ...b };
  for (const keyword of Object.keys(a).filter((key) => key in b)) merged[keyword] = combine(keyword, a, b);
  const names = Object.keys({ ...objectOf(a['properties']), ...objectOf(b['properties']) });
  if (names.length > 0)
    merged['properties'] = Object.fromEntries(
      names.map((name) => [name, { allOf: [propertyOf(a, name), propertyOf(b, name)] }]),
    );
  if (typeA !== undefined) merged['type'] = isSubtype(typeA, typeB) ? typeA : typeB;
  return typeA === undefined ? [merged] : withValues(merged, merged['enum']);
}

function combine(keyword: string, { [keyword]: a }: JsonObject, { [keyword]: b }: JsonObject): unknown {
  const stricter = limits[keyword];
  if (stricter) return stricter(Number(a), Number(b));
  switch (keyword) {
    case 'enum':
      return listOf(a).filter((value) => includes(listOf(b), value));
    case 'required':
      return [...new Set([...listOf(a), ...listOf(b)])];
    case 'items':
    case 'additionalProperties':
      return { allOf: [a, b] };
    default:
      return JSON.stringify(a) === JSON.stringify(b) ? a : [a, b];
  }
}

export const includes = (values: readonly unknown[], value: unknown): boolean =>
  values.some((each) => JSON.stringify(each) === JSON.stringify(value));
