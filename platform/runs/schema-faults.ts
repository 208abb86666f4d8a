import type { Ajv2020 } from 'ajv/dist/2020.js';
import { nearestName } from '../settings/nearest-name.js';
import { jsonPointer } from './json-pointer.js';

type Schema = Readonly<Record<string, unknown>>;

/** A value that a schema must accept, such as one of its `examples`. */
interface Sample {
  readonly path: string;
  readonly schema: Schema;
  readonly value: unknown;
}

const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];
const ofMaps = ['properties', 'patternProperties', '$defs', 'dependentSchemas'];
const ofLists = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];
const ofSchemas = [
  ...['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames'],
  ...['unevaluatedProperties', 'unevaluatedItems'],
];
/** With these, a property can be declared in another place than `properties`. */
const otherProperties = ['anyOf', 'oneOf', 'allOf', 'if', 'patternProperties'];

/**
 * The mistakes in a schema, each as `<JSON Pointer>: <message>`; ajv's own errors often have no path. Empty: the schema compiles.
 * @param ajv - knows the keywords and formats
 */
export function schemaFaults(ajv: Ajv2020, schema: unknown): string[] {
  const found = visit(ajv, schema, '');
  if (found.faults.length > 0) return found.faults;
  if (ajv.validateSchema(schema as object) !== true) {
    // The deepest error is the cause of the others.
    const errors = (ajv.errors ?? []).toSorted((a, b) => b.instancePath.length - a.instancePath.length);
    return errors.slice(0, 1).map(({ instancePath, message }) => `${instancePath}: ${message}`);
  }
  return sampleFaults(ajv, found.samples);
}

interface Found {
  readonly faults: string[];
  readonly samples: Sample[];
}

function visit(ajv: Ajv2020, schema: unknown, path: string): Found {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return { faults: [], samples: [] };
  const known = schema as Schema;
  const own = Object.keys(known).flatMap((keyword) => faultOf(ajv, known, keyword, path));
  const inner = subschemas(known).map(([keys, sub]) => visit(ajv, sub, path + jsonPointer(keys)));
  const samples = [
    ...samplesIn(known, 'examples', path),
    ...samplesIn(known, 'enum', path),
    ...('default' in known ? [{ path: `${path}/default`, schema: known, value: known['default'] }] : []),
  ];
  return {
    faults: [...own, ...inner.flatMap(({ faults }) => faults)],
    samples: [...samples, ...inner.flatMap((found) => found.samples)],
  };
}

const samplesIn = (schema: Schema, keyword: 'examples' | 'enum', path: string): Sample[] =>
  listOf(schema[keyword]).map((value, index) => ({ path: `${path}/${keyword}/${index}`, schema, value }));

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

const subschemas = (schema: Schema): [keys: string[], schema: unknown][] =>
  Object.entries(schema).flatMap(([keyword, value]): [string[], unknown][] => {
    if (ofSchemas.includes(keyword)) return [[[keyword], value]];
    if (!ofMaps.includes(keyword) && !ofLists.includes(keyword)) return [];
    return entriesOf(value).map(([key, sub]) => [[keyword, key], sub]);
  });

function faultOf(ajv: Ajv2020, schema: Schema, keyword: string, path: string): string[] {
  const at = `${path}${jsonPointer([keyword])}`;
  const value = schema[keyword];
  if (!ajv.RULES.keywords[keyword])
    return [`${at}: no keyword has this name${suggestion(keyword, Object.keys(ajv.RULES.keywords))}`];
  switch (keyword) {
    case '$ref':
      return [`${at}: references are not supported; share the schema as a constant`];
    case 'type':
      return [value]
        .flat()
        .flatMap((type) =>
          types.includes(String(type))
            ? []
            : [`${at}: ${JSON.stringify(type)} is not a type${suggestion(String(type), types)}`],
        );
    case 'format':
      return String(value) in ajv.formats
        ? []
        : [`${at}: ${JSON.stringify(value)} is not a format${suggestion(String(value), Object.keys(ajv.formats))}`];
    case 'pattern':
      return isPattern(value) ? [] : [`${at}: ${JSON.stringify(value)} is not a regular expression`];
    case 'required':
      return undeclared(schema).map(
        ([index, name, names]) =>
          `${at}/${index}: no property is named ${JSON.stringify(name)}${suggestion(name, names)}`,
      );
    default:
      return [];
  }
}

function suggestion(name: string, known: readonly string[]): string {
  // Two exchanged letters are two edits.
  const nearest = nearestName(name, known, Math.max(2, Math.floor(name.length / 3)));
  return nearest === undefined ? '' : `; did you mean ${JSON.stringify(nearest)}?`;
}

function isPattern(value: unknown): boolean {
  try {
    return Boolean(new RegExp(String(value), 'u'));
  } catch {
    return false;
  }
}

function undeclared(schema: Schema): [index: number, name: string, names: string[]][] {
  const names = entriesOf(schema['properties']).map(([name]) => name);
  if (names.length === 0 || otherProperties.some((keyword) => keyword in schema)) return [];
  return listOf(schema['required']).flatMap((name, index): [number, string, string[]][] =>
    names.includes(String(name)) ? [] : [[index, String(name), names]],
  );
}

/** Compiles one schema for all samples, which takes a fraction of the time of one for each. */
function sampleFaults(ajv: Ajv2020, samples: readonly Sample[]): string[] {
  if (samples.length === 0) return [];
  const { length } = samples;
  const prefixItems = samples.map(({ schema }) => schema);
  const validate = ajv.compile({ type: 'array', prefixItems, minItems: length, items: false });
  if (validate(samples.map(({ value }) => value))) return [];
  const faults = new Map<string, string>();
  for (const { instancePath, message } of validate.errors ?? []) {
    const [, index, ...rest] = instancePath.split('/');
    const { path = '' } = samples[Number(index)] ?? {};
    if (!faults.has(path)) faults.set(path, `${[path, ...rest].join('/')}: ${message}`);
  }
  return [...faults.values()];
}
