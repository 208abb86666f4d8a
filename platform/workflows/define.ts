import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { TaskQueueName } from '../product.js';

/**
 * What API and worker both know of a workflow: its name, what goes in and out, how long it may take and which messages it takes.
 * Pure data, so that both may import it; JSON Schema (2020-12, which OpenAPI 3.1 has too) for everything that
 * crosses the wire. What two schemas share is a constant of both, not a `$ref`; an `examples` stands in the API's document.
 */
export interface WorkflowDefinition {
  /** kebab-case; the workflow type in Temporal and the name in the API's paths. */
  readonly name: string;
  /** One sentence without a full stop: what it does. The API's reference shows it after `Start <name>:`. */
  readonly summary: string;
  /** The task queue of the workflow's own tasks. */
  readonly taskQueue: TaskQueueName;
  readonly input: JSONSchema;
  readonly output: JSONSchema;
  /** Longest time from start to end, all retries and continued runs included; a Temporal duration string such as `30 days`. */
  readonly executionTimeout: string;
  readonly signals: Readonly<Record<string, { readonly summary: string; readonly input: JSONSchema }>>;
  readonly queries: Readonly<Record<string, { readonly summary: string; readonly output: JSONSchema }>>;
  readonly updates: Readonly<
    Record<string, { readonly summary: string; readonly input: JSONSchema; readonly output: JSONSchema }>
  >;
}

type Given = Pick<WorkflowDefinition, 'name' | 'summary' | 'input' | 'output' | 'executionTimeout'> &
  Partial<Pick<WorkflowDefinition, 'taskQueue' | 'signals' | 'queries' | 'updates'>>;

type Defined<D extends Given> = Omit<D, keyof typeof defaults> &
  Omit<typeof defaults, keyof D> &
  Pick<D, keyof D & keyof typeof defaults>;

const defaults = { taskQueue: 'workflows', signals: {}, queries: {}, updates: {} } as const;

/**
 * Defines a workflow. `const` keeps the schemas' literal types, from which `Input`, `Output` and the messages' types follow.
 * @default taskQueue - the queue for workflows; signals, queries, updates - none
 */
export const defineWorkflow = <const D extends Given>(definition: D): Defined<D> =>
  ({ ...defaults, ...definition }) as Defined<D>;

/** The type of what a definition's `input` schema accepts. */
export type Input<D extends { readonly input: JSONSchema }> = FromSchema<D['input']>;
/** The type of what a definition's `output` schema describes. */
export type Output<D extends { readonly output: JSONSchema }> = FromSchema<D['output']>;
/**
 * The type that a workflow's function must have. `workflow` exists for the compiler only: it ties the function to its definition's
 * name, so that `index.ts` cannot export it under another one.
 */
export type WorkflowOf<D extends { readonly name: string; readonly input: JSONSchema; readonly output: JSONSchema }> =
  ((input: Input<D>) => Promise<Output<D>>) & { readonly workflow?: D['name'] };
