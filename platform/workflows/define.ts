import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { TaskQueueName } from '../settings/names.js';
import type { CheckedDefinition, DurationText } from './checked-definition.js';

/**
 * What API and worker share about a workflow: name, input, output, messages, time limit and schedule. Pure data, so that both can import it.
 * Schemas are JSON Schema 2020-12, as in OpenAPI 3.1. Share parts of schemas as constants, not by `$ref`; the API reference shows `examples`.
 */
export interface WorkflowDefinition {
  /** kebab-case; the workflow type in Temporal and the name in the API's paths. */
  readonly name: string;
  /** One sentence without a full stop. The API reference shows it after `Start <name>:`. */
  readonly summary: string;
  /** The task queue of the workflow's own tasks. */
  readonly taskQueue: TaskQueueName;
  readonly input: JSONSchema;
  readonly output: JSONSchema;
  /** Longest time from start to end, including retries and continued runs; a Temporal duration string such as `30 days`. */
  readonly executionTimeout: string;
  readonly signals: Readonly<Record<string, { readonly summary: string; readonly input: JSONSchema }>>;
  readonly queries: Readonly<Record<string, { readonly summary: string; readonly output: JSONSchema }>>;
  readonly updates: Readonly<
    Record<string, { readonly summary: string; readonly input: JSONSchema; readonly output: JSONSchema }>
  >;
  /** Starts runs at certain times. @default - only callers start runs */
  readonly schedule?: Schedule;
}

/** What to do when a run is due while an earlier one has not ended. */
export const overlapPolicies = [
  'skip',
  'buffer-one',
  'buffer-all',
  'cancel-other',
  'terminate-other',
  'allow-all',
] as const;
export type OverlapPolicy = (typeof overlapPolicies)[number];

/** When runs start without a caller. Exactly one of `cron` and `every`. @typeParam I - the type of the workflow's input */
export type Schedule<I = unknown> = (
  | {
      /** Five fields: minute, hour, day of the month, month, day of the week. A time must match all of them. */
      readonly cron: string;
      /** IANA name such as `Europe/Berlin`. @default 'UTC' */
      readonly timeZone?: string;
      readonly every?: never;
    }
  | {
      /** A Temporal duration string such as `15 minutes`, at least a second. Counts from 1970-01-01 in UTC. */
      readonly every: string;
      readonly cron?: never;
      readonly timeZone?: never;
    }
) & {
  /** @default 'skip' */
  readonly overlap?: OverlapPolicy;
  /** How late a run may start after an outage of Temporal; a Temporal duration string of at least `10 seconds`. @default '1 hour' */
  readonly catchup?: string;
  /** Whether the schedule is paused when it is created. Later, operators pause and resume it. @default false */
  readonly paused?: boolean;
} & (Record<string, never> extends I ? { readonly input?: I } : { readonly input: I });

type Given = Pick<WorkflowDefinition, 'name' | 'summary' | 'input' | 'output' | 'schedule'> & {
  readonly executionTimeout: DurationText;
} & Partial<Pick<WorkflowDefinition, 'taskQueue' | 'signals' | 'queries' | 'updates'>>;

type Defined<D extends Given> = Omit<D, keyof typeof defaults> &
  Omit<typeof defaults, keyof D> &
  Pick<D, keyof D & keyof typeof defaults>;

/** Requires of a schedule that its `input` is one of the workflow. */
type TypedSchedule<D> = D extends { readonly schedule: object; readonly input: infer I extends JSONSchema }
  ? FromSchema<I> extends infer T
    ? { readonly schedule: Schedule<T> }
    : never
  : unknown;

const defaults = { taskQueue: 'workflows', signals: {}, queries: {}, updates: {} } as const;

/**
 * Defines a workflow. `const` keeps the literal types of the schemas, from which `Input`, `Output` and the types of messages derive.
 * @default taskQueue - the queue for workflows; signals, queries, updates, schedule - none
 */
export const defineWorkflow = <const D extends Given>(
  definition: D & CheckedDefinition<D, keyof Given> & TypedSchedule<D>,
): Defined<D> => ({ ...defaults, ...definition }) as Defined<D>;

/** The type that the definition's `input` schema accepts. */
export type Input<D extends { readonly input: JSONSchema }> = FromSchema<D['input']>;
/** The type that the definition's `output` schema describes. */
export type Output<D extends { readonly output: JSONSchema }> = FromSchema<D['output']>;
/** The type of a workflow's function. */
export type WorkflowOf<D extends { readonly input: JSONSchema; readonly output: JSONSchema }> = (
  input: Input<D>,
) => Promise<Output<D>>;
