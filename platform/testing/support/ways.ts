import type { JSONSchema } from 'json-schema-to-ts';
import type { WorkflowEngine } from '../../runs/workflow-engine.js';
import type { Input, WorkflowDefinition } from '../../workflows/define.js';

/** One way through a workflow, whose history is recorded. */
export interface Way<I = unknown> {
  readonly input: I;
  /** Messages and requests to the running workflow. @default - none */
  readonly meanwhile?: (workflowId: string, engine: WorkflowEngine) => Promise<unknown>;
}

/** The ways through one workflow, by name. */
export interface Ways {
  readonly definition: WorkflowDefinition;
  readonly ways: Readonly<Record<string, Way>>;
  /** The activities that run while the histories are recorded. */
  readonly activities: object;
}

/** Deferred: the compiler cannot resolve the schema of any workflow in general. */
type InputOf<D> = D extends { readonly input: JSONSchema } ? Input<D> : never;

/**
 * Names the ways through a workflow that `npm run record:histories` records, in a file `test/workflows/*.ways.ts`.
 * The way `approved` of `approval` is recorded in `test/histories/approval-approved.json`.
 * @param activities - those that the workflow and its children call, without effects
 */
export const defineWays = <D extends { readonly name: string }>(
  definition: D & WorkflowDefinition,
  ways: Readonly<Record<string, Way<InputOf<D>>>>,
  activities: object = {},
): Ways => ({ definition, ways: ways as Ways['ways'], activities });
