import { defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import type { Input, Output, WorkflowDefinition } from './define.js';

type Messages = Pick<WorkflowDefinition, 'signals' | 'queries' | 'updates'>;

interface UpdateHandler<I, O> {
  /** Runs when the update was accepted; what it returns is the caller's answer. */
  readonly run: (input: I) => O | Promise<O>;
  /** Runs before that, and must change nothing. What it throws is the caller's answer; nothing of the update enters the history. */
  readonly validate?: (input: I) => void;
}

interface Handlers<D extends Messages> {
  readonly signals: { readonly [N in keyof D['signals']]: (input: Input<D['signals'][N]>) => void | Promise<void> };
  readonly queries: { readonly [N in keyof D['queries']]: () => Output<D['queries'][N]> };
  readonly updates: {
    readonly [N in keyof D['updates']]: UpdateHandler<Input<D['updates'][N]>, Output<D['updates'][N]>>;
  };
}

/** Kinds of which the definition has none need not be given. */
type Given<D extends Messages> = { [K in keyof Handlers<D> as keyof D[K] extends never ? never : K]: Handlers<D>[K] };

type AnyHandlers = {
  readonly signals?: Readonly<Record<string, (input: unknown) => void | Promise<void>>>;
  readonly queries?: Readonly<Record<string, () => unknown>>;
  readonly updates?: Readonly<Record<string, UpdateHandler<unknown, unknown>>>;
};

/**
 * Registers a handler for every message of the definition; one that is missing or has another type does not compile.
 * Call it before the first `await`: a message may come with the very first task.
 */
export function handleMessages<D extends Messages>(_definition: D, handlers: Given<D>): void {
  const { signals = {}, queries = {}, updates = {} } = handlers as unknown as AnyHandlers;
  for (const [name, run] of Object.entries(signals)) setHandler(defineSignal<[unknown]>(name), run);
  for (const [name, run] of Object.entries(queries)) setHandler(defineQuery<unknown>(name), run);
  for (const [name, { run, validate }] of Object.entries(updates)) {
    setHandler(defineUpdate<unknown, [unknown]>(name), run, validate ? { validator: validate } : {});
  }
}
