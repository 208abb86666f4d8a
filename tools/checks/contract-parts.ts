import { dereferenced, isObject, type JsonObject, listOf } from './schema-parts.js';

/** An operation of an OpenAPI document, with what it takes over from around it. */
export interface Operation {
  readonly document: JsonObject;
  /** As in `GET /v1/runs/{id}`. */
  readonly where: string;
  readonly path: string;
  readonly pathItem: JsonObject;
  readonly operation: JsonObject;
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** The operations by method and path; names of a path's parameters are not part of the key, because callers never write them. */
export function operationsOf(document: JsonObject): ReadonlyMap<string, Operation> {
  const paths = isObject(document['paths']) ? Object.entries(document['paths']) : [];
  return new Map(
    paths.flatMap(([path, item]) => {
      const pathItem = dereferenced(document, item);
      return methods.flatMap((method): [string, Operation][] => {
        const operation = pathItem[method];
        if (!isObject(operation)) return [];
        const where = `${method.toUpperCase()} ${path}`;
        return [[where.replaceAll(/\{[^}]*\}/g, '{}'), { document, where, path, pathItem, operation }]];
      });
    }),
  );
}

export interface Parameter {
  /** As in `query parameter limit`. */
  readonly label: string;
  readonly isRequired: boolean;
  /** How a value becomes text. */
  readonly style: string;
  /** What has the parameter's `schema` or `content`. */
  readonly holder: JsonObject;
}

/** The parameters by place and name, those of a path by their order in it; an operation's own replace those of its path. */
export function parametersOf({ document, path, pathItem, operation }: Operation): ReadonlyMap<string, Parameter> {
  const order = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name);
  const given = [...listOf(pathItem['parameters']), ...listOf(operation['parameters'])];
  return new Map(
    given.map((each) => {
      const holder = dereferenced(document, each);
      const [place, name] = [String(holder['in']), String(holder['name'])];
      const style = holder['style'] ?? (place === 'query' || place === 'cookie' ? 'form' : 'simple');
      const isExploded = holder['explode'] ?? style === 'form';
      const id = place === 'path' ? order.indexOf(name) : place === 'header' ? name.toLowerCase() : name;
      return [
        `${place} ${id}`,
        {
          label: `${place} parameter ${name}`,
          isRequired: holder['required'] === true,
          style: JSON.stringify([style, isExploded, holder['allowReserved'] ?? false, isObject(holder['content'])]),
          holder,
        },
      ];
    }),
  );
}

/**
 * What a caller must have: one of these lists, of schemes (`bearer`) and scopes (`the scope runs:read of bearer`).
 * An empty list stands for nothing at all.
 */
export function securityOf({ document, operation }: Operation): readonly (readonly string[])[] {
  const alternatives = listOf(operation['security'] ?? document['security']).filter(isObject);
  if (alternatives.length === 0) return [[]];
  return alternatives.map((schemes) =>
    Object.entries(schemes).flatMap(([scheme, scopes]) => [
      scheme,
      ...listOf(scopes).map((scope) => `the scope ${scope} of ${scheme}`),
    ]),
  );
}
