import type { Schema } from './schema.js';

/**
 * A readable value that the schema accepts: its first `examples`, else a simple value of its type. Schemas with stricter rules, such as
 * `pattern`, need `examples`; a test names those that lack them.
 */
export function exampleOf(schema: Schema): unknown {
  const given = [schema['const'], (schema['examples'] as unknown[] | undefined)?.[0], schema['default']];
  const known = given.find((value) => value !== undefined) ?? (schema['enum'] as unknown[] | undefined)?.[0];
  if (known !== undefined) return known;
  const [choice] = (schema['anyOf'] ?? schema['oneOf'] ?? []) as Schema[];
  if (choice) return exampleOf(choice);
  const type = [schema['type']].flat()[0];
  return simplest[String(type)]?.(schema);
}

const formats: Readonly<Record<string, string>> = {
  'date-time': '2026-01-31T08:00:00.000Z',
  date: '2026-01-31',
  uuid: '0199a2c4-7b1e-7c3a-9d51-2f6c8e4b7a10',
  uri: 'https://example.com/',
  email: 'ada@example.com',
};

const simplest: Readonly<Record<string, (schema: Schema) => unknown>> = {
  object: ({ properties = {} }) =>
    Object.fromEntries(
      Object.entries(properties as Record<string, Schema>).map(([name, schema]) => [name, exampleOf(schema)]),
    ),
  array: ({ items }) => (items === undefined ? [] : [exampleOf(items as Schema)]),
  string: ({ format, minLength = 0 }) => formats[String(format)] ?? 'text'.padEnd(Number(minLength), '.'),
  integer: ({ minimum = 1 }) => minimum,
  number: ({ minimum = 1 }) => minimum,
  boolean: () => true,
  null: () => null,
};
