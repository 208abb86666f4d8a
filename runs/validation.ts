import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { type InputFault, InputInvalid, MessageNotFound, WorkflowNotFound } from '../errors/runs.js';
import type { WorkflowDefinition } from '../workflows/define.js';

/**
 * Checks what callers send against the schemas of the definitions.
 * @param catalogue - all definitions by name; every schema is compiled here, once, so a faulty one is found at the start
 */
export function createValidation(catalogue: ReadonlyMap<string, WorkflowDefinition>) {
  const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: 'log', allowUnionTypes: true });
  addFormats.default(ajv);
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

  const find = (workflow: string) => {
    const found = compiled.get(workflow);
    if (!found) throw new WorkflowNotFound(workflow);
    return found;
  };

  return {
    /** @throws {WorkflowNotFound | InputInvalid} */
    input(workflow: string, input: unknown): WorkflowDefinition {
      const { definition, input: validate } = find(workflow);
      check(`The input of ${workflow}`, validate, input);
      return definition;
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

function compileMessages(ajv: Ajv, messages: WorkflowDefinition['signals']): ReadonlyMap<string, ValidateFunction> {
  return new Map(Object.entries(messages).map(([name, { input }]) => [name, ajv.compile(input as object)]));
}

/** A schema can find as many faults as the input has values; nobody reads more than these. */
const maxFaults = 100;

function check(what: string, validate: ValidateFunction, input: unknown): void {
  if (!validate(input)) throw new InputInvalid(what, (validate.errors ?? []).slice(0, maxFaults).map(describe));
}

/** A fault that ajv found, pointing at the property that is missing or not allowed itself rather than at what holds it. */
function describe({ instancePath, keyword, params, message }: ErrorObject): InputFault {
  const property = params['missingProperty'] ?? params['additionalProperty'];
  const pointer = property === undefined ? instancePath : `${instancePath}/${escapePointer(String(property))}`;
  if (keyword === 'required') return { pointer, detail: 'is required' };
  if (keyword === 'additionalProperties') return { pointer, detail: 'is not allowed' };
  if (keyword === 'enum')
    return { pointer, detail: `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}` };
  return { pointer, detail: message ?? 'is not valid' };
}

/** RFC 6901, section 3. */
const escapePointer = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');
