import type { Schema } from './schema.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * Moves named schemas to the document's components and replaces their occurrences by a `$ref`. Compares by identity, so the document shows
 * the object that validates. A schema with several names is under the first; the others refer to it.
 */
export function withReferences(document: Json, schemas: Readonly<Record<string, Schema>>): Json {
  const names = new Map<object, string>();
  for (const [name, schema] of Object.entries(schemas)) if (!names.has(schema)) names.set(schema, name);

  const walk = (value: unknown, isTop = false): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const name = names.get(value);
    if (name !== undefined && !isTop) return reference(name);
    if (Array.isArray(value)) return value.map((item) => walk(item));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
  };

  const components = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      return [name, walk(schema, names.get(schema) === name)];
    }),
  );
  const walked = walk(document) as Json;
  return { ...walked, components: { ...(walked['components'] as Json), schemas: components } };
}

/** @throws {Error} a schema contains a `$ref`, which would not resolve in the document */
export function assertWhole(schemas: Readonly<Record<string, Schema>>): void {
  for (const [name, schema] of Object.entries(schemas)) refuseReferences(name, schema);
}

const reference = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

function refuseReferences(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if ('$ref' in value) throw new Error(`The schema ${name} has a $ref; use a shared constant instead`);
  for (const item of Object.values(value)) refuseReferences(name, item);
}
