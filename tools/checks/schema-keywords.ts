import { type Conjunction, isAnnotation, type JsonObject, type JsonType, textOf } from './schema-parts.js';
import { type Direction, type SchemaChange, wordsOf } from './schema-words.js';

type Limits = readonly [types: readonly JsonType[], isWithin: (part: JsonObject, limit: unknown) => boolean];

const number = (value: unknown, otherwise = Number.NaN): number => (typeof value === 'number' ? value : otherwise);
const numbers: readonly JsonType[] = ['integer', 'fraction'];

const atLeast = (keyword: string, type: JsonType): Record<string, Limits> => ({
  [keyword]: [[type], (part, limit) => number(part[keyword], 0) >= number(limit)],
});
const atMost = (keyword: string, type: JsonType): Record<string, Limits> => ({
  [keyword]: [[type], (part, limit) => number(part[keyword]) <= number(limit)],
});
const same = (keyword: string, types: readonly JsonType[]): Record<string, Limits> => ({
  [keyword]: [types, (part, limit) => part[keyword] === limit],
});

/** Per keyword, the types that it speaks of, and whether a schema keeps within such a limit. Without one, nothing does. */
const limits: Readonly<Record<string, Limits>> = {
  minimum: [
    numbers,
    (part, limit) => number(part['minimum']) >= number(limit) || number(part['exclusiveMinimum']) >= number(limit),
  ],
  exclusiveMinimum: [
    numbers,
    (part, limit) => number(part['minimum']) > number(limit) || number(part['exclusiveMinimum']) >= number(limit),
  ],
  maximum: [
    numbers,
    (part, limit) => number(part['maximum']) <= number(limit) || number(part['exclusiveMaximum']) <= number(limit),
  ],
  exclusiveMaximum: [
    numbers,
    (part, limit) => number(part['maximum']) < number(limit) || number(part['exclusiveMaximum']) <= number(limit),
  ],
  ...atLeast('minLength', 'string'),
  ...atMost('maxLength', 'string'),
  ...atLeast('minItems', 'array'),
  ...atMost('maxItems', 'array'),
  ...atLeast('minProperties', 'object'),
  ...atMost('maxProperties', 'object'),
  ...same('pattern', ['string']),
  ...same('format', ['string', ...numbers]),
};

/** Limits of `outer`, a single part, that `inner` does not keep within. */
export function boundChanges(
  direction: Direction,
  inner: Conjunction,
  outer: Conjunction,
  types: readonly JsonType[],
): SchemaChange[] {
  const [part = {}] = outer.parts;
  return Object.entries(limits).flatMap(([keyword, [of, isWithin]]) => {
    const limit = part[keyword];
    if (limit === undefined || !of.some((type) => types.includes(type))) return [];
    // A least of 0 is kept by a schema without parts as well.
    if ([...inner.parts, {}].some((each) => isWithin(each, limit))) return [];
    const own = inner.parts.map((each) => each[keyword]).find((value) => value !== undefined);
    const [had, has] = direction === 'request' ? [own, limit] : [limit, own];
    const doubt = keyword === 'pattern' && own !== undefined ? `; ${wordsOf[direction].unsure}` : '';
    return [{ at: '', what: `has ${keyword} ${told(has)} now, it had ${told(had)}${doubt}` }];
  });
}

const told = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value));

const compared = [
  ...['$ref', 'allOf', 'anyOf', 'oneOf', 'type', 'enum', 'const', 'properties', 'required', 'additionalProperties'],
  ...['items', ...Object.keys(limits)],
];
/** Each narrows by itself, so that it may go from a request or come to a response, and is kept when it is still the same. */
const independent = [
  ...['multipleOf', 'uniqueItems', 'not', 'contains', 'propertyNames', 'dependentRequired', 'dependentSchemas'],
];
const known = new Set([...compared, ...independent]);
const isUnknown = (keyword: string) => !known.has(keyword) && !isAnnotation(keyword);

/** What is said when schemas differ in, or beside, keywords whose meaning is not looked into. */
export function unknownKeywordChanges(direction: Direction, inner: Conjunction, outer: Conjunction): SchemaChange[] {
  const textsIn = ({ document, parts }: Conjunction, keyword: string) =>
    parts.filter((part) => part[keyword] !== undefined).map((part) => textOf(document, { [keyword]: part[keyword] }));
  const changed = independent.filter((keyword) => {
    const kept = textsIn(inner, keyword);
    return textsIn(outer, keyword).some((text) => !kept.includes(text));
  });
  const unknown = [...inner.parts, ...outer.parts].flatMap((part) => Object.keys(part).filter(isUnknown));
  const { unsure } = wordsOf[direction];
  return [
    ...changed.map((keyword) => ({ at: '', what: `has another ${keyword} now: ${unsure}` })),
    ...[...new Set(unknown)].map((keyword) => ({ at: '', what: `has changed beside ${keyword}: ${unsure}` })),
  ];
}
