import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Alternatives of which one must hold; exactly one when they are exclusive. */
export interface Union {
  readonly exclusive: boolean;
  readonly branches: readonly unknown[];
}

/** A JSON Schema taken apart: all of its parts and unions hold at once. */
export interface Conjunction {
  /** Where its references lead. */
  readonly document: JsonObject;
  /** Schemas of which only the keywords beside `$ref`, `allOf`, `anyOf` and `oneOf` are meant: those stand here themselves. */
  readonly parts: readonly JsonObject[];
  readonly unions: readonly Union[];
}

/** What `false` accepts. */
const nothing: JsonObject = { type: [] };

/** Keywords that say nothing of what is valid. */
const annotations: readonly string[] = [
  ...['title', 'description', 'default', 'example', 'examples', 'deprecated', 'readOnly', 'writeOnly'],
  ...['$comment', '$schema', '$id', '$anchor', '$defs', 'definitions', 'discriminator', 'externalDocs', 'xml'],
];
export const isAnnotation = (keyword: string) => annotations.includes(keyword) || keyword.startsWith('x-');

/** The conjunction of all these schemas (objects or booleans). @throws when one is neither, or refers to nothing */
export function conjunctionOf(document: JsonObject, ...schemas: readonly unknown[]): Conjunction {
  const seen = new Set<JsonObject>();
  const parts: JsonObject[] = [];
  const unions: Union[] = [];
  const take = (schema: unknown): void => {
    if (schema === true) return;
    const part = schema === false ? nothing : schema;
    if (!isObject(part)) throw new Error(`${JSON.stringify(schema)} is not a JSON Schema`);
    if (seen.has(part)) return;
    seen.add(part);
    // What does nothing but refer is left out: a recursive schema is then met as the same one, whoever refers to it.
    if (!Object.keys(part).every((keyword) => keyword === '$ref' || isAnnotation(keyword))) parts.push(part);
    if (part['$ref'] !== undefined) take(targetOf(document, part['$ref']));
    listOf(part['allOf']).forEach(take);
    if (Array.isArray(part['anyOf'])) unions.push({ exclusive: false, branches: part['anyOf'] });
    if (Array.isArray(part['oneOf'])) unions.push({ exclusive: true, branches: part['oneOf'] });
  };
  schemas.forEach(take);
  return { document, parts, unions };
}

/** Both at once; they must be of one document. */
export const both = (a: Conjunction, b: Conjunction): Conjunction => ({
  document: a.document,
  parts: [...new Set([...a.parts, ...b.parts])],
  unions: [...a.unions, ...b.unions],
});

const ids = new WeakMap<object, number>();
let lastId = 0;
function idOf(object: object): number {
  const id = ids.get(object) ?? ++lastId;
  ids.set(object, id);
  return id;
}
/** The same for the same schemas, by identity. */
export const keyOf = ({ parts, unions }: Conjunction): string =>
  [...parts, ...unions.map(({ branches }) => branches)].map(idOf).join();

/** What a reference within the document refers to. @throws when it leads out of the document, or nowhere */
function targetOf(document: JsonObject, ref: unknown): unknown {
  const [root, ...keys] = String(ref).split('/');
  const target = keys
    .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined), document);
  if (root !== '#' || target === undefined) throw new Error(`The reference ${ref} leads to nothing in the document`);
  return target;
}

/** The object itself, wherever it stands. @throws when there is none */
export function dereferenced(document: JsonObject, value: unknown, depth = 0): JsonObject {
  if (!isObject(value) || depth > 50) throw new Error(`${JSON.stringify(value)} stands where an object is expected`);
  return value['$ref'] === undefined ? value : dereferenced(document, targetOf(document, value['$ref']), depth + 1);
}

/** Keywords that hold an object of schemas, or of lists, by name. */
const maps = ['properties', 'patternProperties', 'dependentSchemas', 'dependentRequired'];
/** Keywords that hold data. */
const data = ['enum', 'const', 'required'];

const texts = new WeakMap<object, string>();

/** A schema, or a list of some, as text without annotations, references replaced: equal texts mean the same. */
export function textOf(document: JsonObject, schema: object): string {
  const open: string[] = [];
  const expandAll = (map: JsonObject, keys: readonly string[], expandOne: (value: unknown, key: string) => unknown) =>
    Object.fromEntries([...keys].sort().map((key) => [key, expandOne(map[key], key)]));
  const expandKeyword = (value: unknown, keyword: string): unknown => {
    if (data.includes(keyword)) return value;
    return maps.includes(keyword) && isObject(value) ? expandAll(value, Object.keys(value), expand) : expand(value);
  };
  const expand = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(expand);
    if (!isObject(value)) return value;
    const ref = value['$ref'];
    const keywords = Object.keys(value).filter((keyword) => !isAnnotation(keyword));
    const expanded = expandAll(value, keywords, expandKeyword);
    // Within itself a recursive schema stands as its reference.
    if (typeof ref !== 'string' || open.includes(ref)) return expanded;
    open.push(ref);
    expanded['$ref'] = expand(targetOf(document, ref));
    open.pop();
    return expanded;
  };
  const text = texts.get(schema) ?? JSON.stringify(expand(schema));
  texts.set(schema, text);
  return text;
}

export const sameText = (a: Conjunction, b: Conjunction): boolean => {
  const text = ({ document, parts }: Conjunction) => parts.map((part) => textOf(document, part)).join();
  return text(a) === text(b) && a.unions.length === b.unions.length;
};

/** JSON's types; numbers are taken apart, because `number` includes `integer`. */
const types = ['array', 'boolean', 'fraction', 'integer', 'null', 'object', 'string'] as const;
export type JsonType = (typeof types)[number];

/** The types that a schema's `type` admits, all without one. */
export function typesOf({ parts }: Pick<Conjunction, 'parts'>): readonly JsonType[] {
  const admits = (part: JsonObject, type: JsonType) => {
    const named: readonly unknown[] = part['type'] === undefined ? types : [part['type']].flat();
    return named.includes(type) || ((type === 'integer' || type === 'fraction') && named.includes('number'));
  };
  return types.filter((type) => parts.every((part) => admits(part, type)));
}

/** The types as JSON Schema calls them. */
export function typeNames(of: readonly JsonType[]): string[] {
  const isWhole = of.includes('integer') && of.includes('fraction');
  return of.flatMap((type) => {
    if (type === 'fraction') return isWhole ? ['number'] : ['number with a fraction'];
    return type === 'integer' && isWhole ? [] : [type];
  });
}

export const admitsEveryType = (of: readonly JsonType[]): boolean => of.length === types.length;

/** The values that `enum` and `const` list, `undefined` without any of them. */
export function listedValues(schema: Conjunction): readonly unknown[] | undefined {
  const lists = schema.parts.flatMap((part) => [
    ...(Array.isArray(part['enum']) ? [part['enum'] as readonly unknown[]] : []),
    ...(Object.hasOwn(part, 'const') ? [[part['const']]] : []),
  ]);
  return lists[0]?.filter((value) => accepts(schema, value));
}

const ajv = new Ajv2020({ strict: false, validateSchema: false, logger: false, allErrors: false });
addFormats.default(ajv);

const validators = new Map<string, ValidateFunction>();

/** Whether the value is valid. */
export function accepts(schema: Conjunction, value: unknown): boolean {
  const { document, parts } = schema;
  if (parts.includes(nothing)) return false;
  const key = keyOf(schema);
  const known = validators.get(key);
  if (known) return known(value);
  // Looking through all that the document has takes longer than all the rest.
  const refers = JSON.stringify(parts).includes('"$ref"');
  const validate = ajv.compile({ allOf: parts, ...(refers && { components: document['components'] }) });
  validators.set(key, validate);
  return validate(value);
}

export const declares = (part: JsonObject, name: string): boolean =>
  isObject(part['properties']) && Object.hasOwn(part['properties'], name);

export const declaredNames = ({ parts }: Pick<Conjunction, 'parts'>): string[] => [
  ...new Set(parts.flatMap((part) => (isObject(part['properties']) ? Object.keys(part['properties']) : []))),
];

export const requiredNames = ({ parts }: Pick<Conjunction, 'parts'>): string[] => [
  ...new Set(parts.flatMap((part) => listOf(part['required']).map(String))),
];

/** What the property of this name must be; unions are not looked into. */
export const propertyOf = ({ document, parts }: Conjunction, name: string): Conjunction =>
  conjunctionOf(
    document,
    ...parts.map((part) =>
      declares(part, name) ? (part['properties'] as JsonObject)[name] : (part['additionalProperties'] ?? true),
    ),
  );

/** What properties must be that `properties` does not name. */
export const otherProperties = ({ document, parts }: Conjunction): Conjunction =>
  conjunctionOf(document, ...parts.map((part) => part['additionalProperties'] ?? true));

export const itemsOf = ({ document, parts }: Conjunction): Conjunction =>
  conjunctionOf(document, ...parts.map((part) => part['items'] ?? true));

export const isNothing = ({ parts }: Conjunction): boolean => parts.includes(nothing);

/** Whether it is plain that no value is valid for both. Unions are not looked into: `false` may mean that it is not plain. */
export function areApart(a: Conjunction, b: Conjunction, isNested = false): boolean {
  const common = typesOf(a).filter((type) => typesOf(b).includes(type));
  if (common.length === 0) return true;
  const [listedA, listedB] = [listedValues(a), listedValues(b)];
  if (listedA && !listedA.some((value) => accepts(b, value))) return true;
  if (listedB && !listedB.some((value) => accepts(a, value))) return true;
  if (isNested || common.some((type) => type !== 'object')) return false;
  return [...requiredNames(a), ...requiredNames(b)].some((name) => {
    return areApart(propertyOf(a, name), propertyOf(b, name), true);
  });
}
