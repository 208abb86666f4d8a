import type { Catalogue } from '../../workflows/catalogue.js';
import type { WorkflowDefinition } from '../../workflows/define.js';
import type { Schema } from './schema.js';
import { createRunSchema } from './schemas.js';

const runs = new WeakMap<WorkflowDefinition, Schema>();

/** The schema of this workflow's runs, with its input and output. */
export function runSchemaOf(definition: WorkflowDefinition): Schema {
  const known = runs.get(definition);
  if (known) return known;
  const schema: Schema = {
    ...createRunSchema({
      workflow: { const: definition.name },
      input: definition.input as Schema,
      result: { anyOf: [definition.output as Schema, { type: 'null' }] },
    }),
    description: `A run of the workflow \`${definition.name}\`.`,
  };
  runs.set(definition, schema);
  return schema;
}

/**
 * Names the schemas of each workflow: `approval.input`, `approval.updates.decide.output`, … The client finds the workflow's types by these
 * names.
 */
export function workflowSchemas(catalogue: Catalogue): Readonly<Record<string, Schema>> {
  const named = [...catalogue.values()].flatMap((definition) => {
    const { name, input, output, signals, queries, updates } = definition;
    const of = (kind: string, messages: Readonly<Record<string, { input?: unknown; output?: unknown }>>) =>
      Object.entries(messages).flatMap(([message, schemas]) =>
        (['input', 'output'] as const).flatMap((way) =>
          schemas[way] === undefined ? [] : [[`${name}.${kind}.${message}.${way}`, schemas[way] as Schema] as const],
        ),
      );
    return [
      [`${name}.run`, runSchemaOf(definition)] as const,
      [`${name}.input`, input as Schema] as const,
      [`${name}.output`, output as Schema] as const,
      ...of('signals', signals as object as Record<string, { input: unknown }>),
      ...of('queries', queries as object as Record<string, { output: unknown }>),
      ...of('updates', updates as object as Record<string, { input: unknown; output: unknown }>),
    ];
  });
  return Object.fromEntries(named);
}
