import type { components, paths } from './schema.js';

type Schemas = components['schemas'];
type Schema<K extends string> = K extends keyof Schemas ? Schemas[K] : never;

/** The name of a workflow of the API. The schema `approval.run` belongs to the workflow `approval`. */
export type WorkflowName<K = keyof Schemas> = K extends `${infer W}.run` ? W : never;
/** The name of a message of one kind that a workflow handles. */
export type MessageName<
  W extends string,
  Kind extends 'signals' | 'queries' | 'updates',
  K = keyof Schemas,
> = K extends `${W}.${Kind}.${infer Name}.${'input' | 'output'}` ? Name : never;

export type InputOf<W extends WorkflowName> = Schema<`${W}.input`>;
export type OutputOf<W extends WorkflowName> = Schema<`${W}.output`>;
export type RunOf<W extends WorkflowName> = Schema<`${W}.run`>;

export type SignalName<W extends WorkflowName> = MessageName<W, 'signals'>;
export type SignalInput<W extends WorkflowName, N extends string> = Schema<`${W}.signals.${N}.input`>;
export type QueryName<W extends WorkflowName> = MessageName<W, 'queries'>;
export type QueryOutput<W extends WorkflowName, N extends string> = Schema<`${W}.queries.${N}.output`>;
export type UpdateName<W extends WorkflowName> = MessageName<W, 'updates'>;
export type UpdateInput<W extends WorkflowName, N extends string> = Schema<`${W}.updates.${N}.input`>;
export type UpdateOutput<W extends WorkflowName, N extends string> = Schema<`${W}.updates.${N}.output`>;

/** The arguments after a name. The input is optional if none of its fields is required. */
export type InputAndOptions<I, Options> =
  Record<never, never> extends I ? [input?: I, options?: Options] : [input: I, options?: Options];

/** A run of any workflow. */
export type Run = Schemas['Run'];
export type RunFailure = Schemas['RunFailure'];
export type RunHistory = Schemas['RunHistory'];
/** Filters the list of runs. `limit` is the page size. */
export type RunFilter = Omit<NonNullable<paths['/v1/runs']['get']['parameters']['query']>, 'cursor'>;

export type UnsuccessfulStatus = Exclude<Run['status'], 'pending' | 'running' | 'completed'>;
export type Unsuccessful = Run & { readonly status: UnsuccessfulStatus };

export const hasEnded = ({ status }: Pick<Run, 'status'>): boolean => status !== 'pending' && status !== 'running';
export const isUnsuccessful = (run: Run): run is Unsuccessful => hasEnded(run) && run.status !== 'completed';
