import type { ValidateFunction } from 'ajv/dist/2020.js';
import { createDocument, type DocumentProps } from '../../api/contract/document.js';
import { exampleOf } from '../../api/contract/example.js';
import type { Schema } from '../../api/contract/schema.js';
import { createAjv } from '../../runs/schema-check.js';

export interface Content {
  readonly schema: Schema;
  readonly examples: Readonly<Record<string, { readonly value?: unknown; readonly $ref?: string }>>;
}
export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, Response>>;
}
export interface Response {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, Content>>;
}
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly responses: Readonly<Record<string, Response>>;
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
  };
}

interface WithSchemas {
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

export const documentOf = (props: DocumentProps) => createDocument(props) as unknown as Document;

export const operationsOf = ({ paths }: Document): Operation[] =>
  Object.values(paths).flatMap((path) => Object.values(path));

/** The examples that do not match their schema, and the contents without an example; none when the document is right. */
export function exampleFaults(document: Document): string[] {
  const { responses, examples: shared } = document.components;
  return operationsOf(document).flatMap((operation) => {
    const { operationId, parameters, requestBody } = operation;
    const answers = Object.entries(operation.responses).map(([status, of]) => (of.$ref ? responses[status] : of));
    const contents = [requestBody, ...answers].flatMap((of) => Object.entries(of?.content ?? {}));
    return [
      ...parameters.flatMap(({ name, schema }) =>
        valueFaults(document, schema, exampleOf(schema)).map((fault) => `${operationId}, parameter ${name}: ${fault}`),
      ),
      ...contents.flatMap(([type, { schema, examples }]) => {
        const found = Object.entries(examples);
        if (found.length === 0) return [`${operationId}: ${type} has no example`];
        return found.flatMap(([name, example]) =>
          valueFaults(document, schema, (example.$ref ? shared[name] : example)?.value).map(
            (fault) => `${operationId}, ${name}: ${fault}`,
          ),
        );
      }),
    ];
  });
}

/** By the JSON of their schemas: most examples share a schema with others, and compiling one takes long. */
const validators = new Map<string, ValidateFunction>();

function valueFaults(document: Document, schema: Schema, value: unknown): string[] {
  const text = JSON.stringify(inlined(document, schema));
  const validate = validators.get(text) ?? createAjv().compile(JSON.parse(text));
  validators.set(text, validate);
  return validate(value) ? [] : [`${JSON.stringify(value)}: ${JSON.stringify(validate.errors)}`];
}

/** A schema with the schemas that it refers to in the place of its references. */
export function inlined(document: WithSchemas, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => inlined(document, item));
  const reference = (value as { $ref?: string }).$ref;
  if (reference !== undefined) return inlined(document, document.components.schemas[reference.split('/').at(-1) ?? '']);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inlined(document, item)]));
}
