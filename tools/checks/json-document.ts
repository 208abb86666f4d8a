export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Resolves a `$ref`. @throws the reference is external, or has no target */
export function targetOf(document: JsonObject, ref: unknown): unknown {
  const [root, ...keys] = String(ref).split('/');
  const target = keys
    .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined), document);
  if (root !== '#' || target === undefined) throw new Error(`The reference ${ref} has no target in the document`);
  return target;
}

/** Returns the object, or the target of its `$ref`. @throws the value is not an object */
export function dereferenced(document: JsonObject, value: unknown, depth = 0): JsonObject {
  if (!isObject(value) || depth > 50) throw new Error(`Expected an object, but found ${JSON.stringify(value)}`);
  return value['$ref'] === undefined ? value : dereferenced(document, targetOf(document, value['$ref']), depth + 1);
}

const annotations = ['title', 'description', 'summary'];
const data = ['const', 'enum', 'default', 'example', 'examples'];

/** Serialises a value with its references resolved and without texts for readers: equal texts have the same meaning. */
export function textOf(document: JsonObject, value: unknown): string {
  const expand = (node: unknown, open: readonly string[]): unknown => {
    if (Array.isArray(node)) return node.map((item) => expand(item, open));
    if (!isObject(node)) return node;
    const ref = node['$ref'];
    if (typeof ref === 'string' && !open.includes(ref)) {
      const { $ref: _, ...beside } = node;
      return [expand(beside, open), expand(targetOf(document, ref), [...open, ref])];
    }
    const kept = Object.entries(node).filter(([key, of]) => !(annotations.includes(key) && typeof of === 'string'));
    return Object.fromEntries(kept.map(([key, of]) => [key, data.includes(key) ? of : expand(of, open)]));
  };
  return JSON.stringify(expand(value, [])) ?? '';
}
