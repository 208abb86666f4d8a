import { msToNumber } from '@temporalio/common/lib/time.js';
import type { Ajv2020 } from 'ajv/dist/2020.js';
import { CommandFault } from '../errors/command-fault.js';
import type { Catalogue } from '../workflows/catalogue.js';
import type { WorkflowDefinition } from '../workflows/define.js';
import { schemaFaults } from './schema-faults.js';

/**
 * Checks every definition, so that a mistake is reported at the start and not to a caller.
 * @throws {CommandFault} with a line for each mistake: workflow, part, path and what is wrong
 */
export function checkDefinitions(ajv: Ajv2020, catalogue: Catalogue): void {
  throwFaults([...catalogue.values()].flatMap((definition) => faultsIn(ajv, definition)));
}

/** @throws {CommandFault} there are faults */
export function throwFaults(faults: readonly string[]): void {
  if (faults.length > 0) throw new CommandFault(faults.join('\n'), { code: 'definition-invalid' });
}

function faultsIn(ajv: Ajv2020, definition: WorkflowDefinition): string[] {
  const { name, executionTimeout, input, output, signals, queries, updates } = definition;
  const of = (part: string) => (fault: string) => `Workflow ${name}: ${part}: ${fault}`;
  const schemas: [part: string, schema: unknown][] = [
    ['input', input],
    ['output', output],
    ...messages('signal', signals),
    ...messages('query', queries),
    ...messages('update', updates),
  ];
  return [
    ...(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) ? [] : [of('name')('write it in kebab-case, such as send-invoice')]),
    ...(isDuration(executionTimeout)
      ? []
      : [of('executionTimeout')(`${JSON.stringify(executionTimeout)} is not a duration, such as "30 days"`)]),
    ...schemas.flatMap(([part, schema]) => schemaFaults(ajv, schema).map(of(part))),
  ];
}

const messages = (
  kind: string,
  all: Readonly<Record<string, { readonly input?: unknown; readonly output?: unknown }>>,
): [string, unknown][] =>
  Object.entries(all).flatMap(([name, { input, output }]): [string, unknown][] => [
    ...(input === undefined ? [] : [[`${kind} ${name}: input`, input] as [string, unknown]]),
    ...(output === undefined ? [] : [[`${kind} ${name}: output`, output] as [string, unknown]]),
  ]);

function isDuration(text: string): boolean {
  try {
    return msToNumber(text as Parameters<typeof msToNumber>[0]) > 0;
  } catch {
    return false;
  }
}
