import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js';
import { MessageNotFound, WorkflowNotFound } from '../errors/runs.js';
import type { Catalogue } from '../workflows/catalogue.js';
import type { WorkflowDefinition } from '../workflows/define.js';
import { checkDefinitions } from './definition-faults.js';
import { check, createAjv } from './schema-check.js';

export type Validation = ReturnType<typeof createValidation>;

/**
 * Validates the requests of callers against the schemas of the definitions.
 * @param catalogue - all definitions by name. Every schema is checked and compiled once, at the start.
 * @throws {CommandFault} a definition has a mistake
 */
export function createValidation(catalogue: Catalogue) {
  const ajv = createAjv();
  checkDefinitions(ajv, catalogue);
  const compiled = new Map(
    [...catalogue.values()].map((definition) => [
      definition.name,
      {
        definition,
        input: ajv.compile(definition.input as object),
        signals: compileMessages(ajv, definition.signals),
        updates: compileMessages(ajv, definition.updates),
      },
    ]),
  );

  for (const { definition, input } of compiled.values()) {
    const { name, schedule } = definition;
    if (schedule) check(`The input of the schedule of ${name}`, input, schedule.input ?? {});
  }

  const find = (workflow: string) => {
    const found = compiled.get(workflow);
    if (!found) throw new WorkflowNotFound(workflow);
    return found;
  };

  return {
    /** @throws {WorkflowNotFound | InputInvalid} */
    input(workflow: string, input: unknown): void {
      check(`The input of ${workflow}`, find(workflow).input, input);
    },

    /** @throws {WorkflowNotFound | MessageNotFound | InputInvalid} */
    message(workflow: string, kind: 'signal' | 'update', name: string, input: unknown): void {
      const validate = find(workflow)[`${kind}s`].get(name);
      if (!validate) throw new MessageNotFound(workflow, kind, name);
      check(`The ${kind} ${name}`, validate, input);
    },

    /** @throws {WorkflowNotFound | MessageNotFound} */
    query(workflow: string, name: string): void {
      if (!Object.hasOwn(find(workflow).definition.queries, name)) throw new MessageNotFound(workflow, 'query', name);
    },
  };
}

function compileMessages(ajv: Ajv2020, messages: WorkflowDefinition['signals']): ReadonlyMap<string, ValidateFunction> {
  return new Map(Object.entries(messages).map(([name, { input }]) => [name, ajv.compile(input as object)]));
}
