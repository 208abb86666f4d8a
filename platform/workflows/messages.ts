import { defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import type { Input, Output, WorkflowDefinition } from './define.js';

type Messages = Pick<WorkflowDefinition, 'signals' | 'queries' | 'updates'>;

interface UpdateHandler<I, O> {
  /** Runs after the update was accepted. Returns the result for the caller. */
  readonly run: (input: I) => O | Promise<O>;
  /** Runs before that and must not change state. If it throws, the caller gets the error and the history has no trace of the update. */
  readonly validate?: (input: I) => void;
}

interface Handlers<D extends Messages> {
  readonly signals: { readonly [N in keyof D['signals']]: (input: Input<D['signals'][N]>) => void | Promise<void> };
  readonly queries: { readonly [N in keyof D['queries']]: () => Output<D['queries'][N]> };
  readonly updates: {
    readonly [N in keyof D['updates']]: UpdateHandler<Input<D['updates'][N]>, Output<D['updates'][N]>>;
  };
}

/** Leaves out the kinds of messages that the definition does not have. */
type Given<D extends Messages> = { [K in keyof Handlers<D> as keyof D[K] extends never ? never : K]: Handlers<D>[K] };

type AnyHandlers = {
  readonly signals?: Readonly<Record<string, (input: unknown) => void | Promise<void>>>;
  readonly queries?: Readonly<Record<string, () => unknown>>;
  readonly updates?: Readonly<Record<string, UpdateHandler<unknown, unknown>>>;
};

/**
 * Registers a handler for each message of the definition. A missing handler, or one with another type, does not compile.
 * Call it before the first `await`: a message can arrive with the first task.
 */
export function handleMessages<D extends Messages>(_definition: D, handlers: Given<D>): void {
  const { signals = {}, queries = {}, updates = {} } = handlers as unknown as AnyHandlers;
  for (const [name, run] of Object.entries(signals)) setHandler(defineSignal<[unknown]>(name), run);
  for (const [name, run] of Object.entries(queries)) setHandler(defineQuery<unknown>(name), run);
  for (const [name, { run, validate }] of Object.entries(updates)) {
    setHandler(defineUpdate<unknown, [unknown]>(name), run, validate ? { validator: validate } : {});
  }
}
