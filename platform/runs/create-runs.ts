import { setTimeout as delay } from 'node:timers/promises';
import { TemporalUnavailable } from '../errors/platform.js';
import { BacklogFull, HistoryNotFound, RunEnded, RunNotFound, RunPending, UpdateRejected } from '../errors/runs.js';
import type { WorkflowDefinition } from '../workflows/define.js';
import type { AuditLog } from './audit.js';
import type { Caller } from './caller.js';
import type { Dispatcher } from './dispatcher.js';
import { type Accepted, isFinal, type NewRun, type Run, type RunFailure, type RunsRepository } from './run.js';
import type { Runs } from './runs.js';
import type { Settlement } from './settle.js';
import { updateIdOf } from './update-id.js';
import { createValidation } from './validation.js';
import type { WorkflowEngine } from './workflow-engine.js';

export interface RunsDeps {
  readonly repository: RunsRepository;
  readonly engine: WorkflowEngine;
  readonly audit: AuditLog;
  readonly settlement: Settlement;
  readonly dispatcher: Pick<Dispatcher, 'reserve' | 'addedToBacklog' | 'isBacklogFull' | 'waitForStart'>;
  readonly catalogue: ReadonlyMap<string, WorkflowDefinition>;
  /** Runs that may wait for their start; told to whoever is refused. */
  readonly backlogLimit: number;
}

/** How often a run is looked at that another process is starting, in milliseconds. */
const lookAgainMs = 100;
/** How long a message waits for the start of its run, in milliseconds. */
const startWaitMs = 1_000;
/** How long a cancellation waits for a start that is under way, in milliseconds. */
const cancelWaitMs = 2_000;

const cancelledBeforeStart: RunFailure = {
  code: 'run-cancelled',
  message: 'The run was cancelled before it started',
};

/**
 * Runs over PostgreSQL and Temporal. A run is accepted with one commit; the dispatcher starts it, and its outcome is recorded by who
 * sees it first: the worker, a caller that waits for it, or the reconciler.
 */
export function createRuns(deps: RunsDeps): Runs {
  const { repository, engine, audit, settlement, dispatcher, backlogLimit } = deps;
  const validation = createValidation(deps.catalogue);

  async function find(id: string): Promise<Run> {
    const run = await repository.find(id);
    if (!run) throw new RunNotFound(id);
    return run;
  }

  /** The run, if this caller may know of it. */
  async function findFor(caller: Caller, id: string): Promise<Run> {
    const run = await find(id);
    if (!caller.seesAll && run.caller !== caller.name) throw new RunNotFound(id);
    return run;
  }

  /** Before it is done, so that nothing is done of which there is no record. */
  const note = ({ name, origin }: Caller, action: string, { id: runId, workflow }: Run, subject?: string) =>
    audit.record({ ...origin, caller: name, action, runId, workflow, subject });

  async function accept(given: Omit<NewRun, 'leased'>): Promise<Accepted> {
    validation.input(given.workflow, given.input);
    if (dispatcher.isBacklogFull()) {
      // A request that was accepted before is answered also now.
      const { idempotencyKey } = given;
      const run =
        idempotencyKey === undefined ? undefined : await repository.findAccepted({ ...given, idempotencyKey });
      if (!run) throw new BacklogFull(backlogLimit);
      return { run, repeated: true };
    }
    const slot = dispatcher.reserve();
    try {
      const accepted = await repository.accept({ ...given, leased: slot !== undefined });
      if (accepted.repeated) slot?.release();
      else if (slot) slot.start(accepted.run);
      else dispatcher.addedToBacklog();
      return accepted;
    } catch (error) {
      slot?.release();
      throw error;
    }
  }

  /** Until the run is not `pending` any more: this process says so when it has started it, others are looked after. */
  async function untilStarted(run: Run, deadline: number, signal: AbortSignal | undefined): Promise<Run> {
    let current = run;
    for (;;) {
      const leftMs = deadline - performance.now();
      if (current.status !== 'pending' || leftMs <= 0 || signal?.aborted) return current;
      if (await dispatcher.waitForStart(run.id, Math.min(lookAgainMs, leftMs)))
        return { ...current, status: 'running' };
      current = await find(run.id);
    }
  }

  async function outcomeOf(run: Run, deadline: number, signal: AbortSignal | undefined): Promise<Run> {
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) return run;
    try {
      const outcome = await engine.result(run.workflowId, leftMs, signal);
      if (!outcome) return find(run.id);
      // An execution that was reset is told as terminated, although the run goes on.
      return await (outcome.status === 'terminated' ? settlement.settle(run) : settlement.note(run, outcome));
    } catch (error) {
      // It has started: that nobody can say how it goes on is an end of the wait, not of the run.
      if (error instanceof TemporalUnavailable) return run;
      throw error;
    }
  }

  /** A run that has started, or does so within a moment: who has just been told that it is accepted need not wait for that. */
  async function startedRun(caller: Caller, id: string, check: (run: Run) => void = () => {}): Promise<Run> {
    const run = await findFor(caller, id);
    check(run);
    const started = await untilStarted(run, performance.now() + startWaitMs, undefined);
    if (started.status === 'pending') throw new RunPending(id);
    return started;
  }

  /** What Temporal says has ended is recorded so, before the caller hears of it. */
  async function whileOpen<T>(run: Run, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      if (error instanceof RunEnded) await settlement.settle(run);
      throw error;
    }
  }

  return {
    async start(caller, workflow, input, idempotencyKey) {
      return (await accept({ caller, workflow, input, idempotencyKey })).run;
    },

    async execute(caller, workflow, input, { ms, signal }, idempotencyKey) {
      const deadline = performance.now() + ms;
      const { run } = await accept({ caller, workflow, input, idempotencyKey });
      const started = ms === 0 ? run : await untilStarted(run, deadline, signal);
      return started.status === 'running' ? outcomeOf(started, deadline, signal) : started;
    },

    get: findFor,

    async list({ name, seesAll }, { limit, cursor, ...filter }) {
      // Another caller's runs are as if they did not exist.
      if (!seesAll && filter.caller !== undefined && filter.caller !== name) return { runs: [] };
      // One more than asked for tells whether there is another page.
      const page = { limit: limit + 1, before: cursor };
      const found = await repository.list(page, seesAll ? filter : { ...filter, caller: name });
      const runs = found.slice(0, limit);
      const next = found.length > limit ? runs.at(-1)?.id : undefined;
      return { runs, ...(next !== undefined && { next }) };
    },

    async history(caller, id) {
      const run = await findFor(caller, id);
      if (run.status === 'pending' || run.temporalRunId === null) return { steps: [], truncated: false };
      const history = await engine.history(run.workflowId);
      if (!history) throw new HistoryNotFound(id);
      return history;
    },

    async cancel(caller, id) {
      const deadline = performance.now() + cancelWaitMs;
      const noteOnce = once((run: Run) => note(caller, 'run-cancelled', run));
      for (;;) {
        const run = await findFor(caller, id);
        if (run.status !== 'pending') return cancelStarted(run, noteOnce);
        await noteOnce(run);
        const cancelled = await repository.cancelPending(id, cancelledBeforeStart);
        if (cancelled) return cancelled;
        if (performance.now() > deadline) throw new RunPending(id);
        await delay(lookAgainMs);
      }
    },

    async terminate(caller, id, reason) {
      const recorded = await startedRun(caller, id);
      const run = isFinal(recorded.status) ? recorded : await settlement.settle(recorded);
      if (run.status === 'terminated') return run;
      assertOpen(run);
      await note(caller, 'run-terminated', run);
      await engine.terminate(run.workflowId, reason);
      return settlement.settle(run);
    },

    async signal(caller, id, signal, input) {
      const run = await startedRun(caller, id, ({ workflow }) => validation.message(workflow, 'signal', signal, input));
      assertOpen(run);
      await note(caller, 'run-signalled', run, signal);
      await whileOpen(run, () => engine.signal(run.workflowId, signal, input));
    },

    async query(caller, id, query) {
      const run = await startedRun(caller, id, ({ workflow }) => validation.query(workflow, query));
      return engine.query(run.workflowId, query);
    },

    async update(caller, id, update, input, idempotencyKey) {
      const run = await startedRun(caller, id, ({ workflow }) => validation.message(workflow, 'update', update, input));
      const request = idempotencyKey && {
        caller: caller.name,
        key: idempotencyKey,
        runId: id,
        content: [update, input],
      };
      // Temporal knows neither callers nor that keys are forgotten: its id of the update is of all that makes two requests the same one.
      const updateId = request && updateIdOf(request);
      // The run may have ended because of the very update that is sent again: Temporal still has its result.
      const isRepeated = request && !(await repository.rememberRequest(request));
      try {
        if (!isRepeated) assertOpen(run);
        await note(caller, 'run-updated', run, update);
        return await whileOpen(run, () => engine.update(run.workflowId, update, input, updateId));
      } catch (error) {
        const isRefused = error instanceof UpdateRejected || error instanceof RunEnded;
        if (request && isRefused && !isRepeated) await repository.forgetRequest(request);
        throw error;
      }
    },
  };

  async function cancelStarted(recorded: Run, noteOnce: (run: Run) => Promise<void>): Promise<Run> {
    const run = isFinal(recorded.status) ? recorded : await settlement.settle(recorded);
    if (run.status === 'cancelled') return run;
    assertOpen(run);
    await noteOnce(run);
    await engine.cancel(run.workflowId);
    return run;
  }
}

/** The same function, of which only the first call does anything. */
function once(work: (run: Run) => Promise<void>): (run: Run) => Promise<void> {
  let done: Promise<void> | undefined;
  return (run) => {
    done ??= work(run);
    return done;
  };
}

function assertOpen({ id, status }: Run): void {
  if (isFinal(status)) throw new RunEnded(id);
}
