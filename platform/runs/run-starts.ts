import { TemporalUnavailable } from '../errors/platform.js';
import { BacklogFull } from '../errors/runs.js';
import type { Accepted, DelayedStart, NewRun, Run } from './run.js';
import type { RunContext } from './run-context.js';
import type { RequestedStart, Runs } from './runs.js';

/** Accepts runs, and waits for their outcomes. */
export function createRunStarts(context: RunContext): Pick<Runs, 'start' | 'execute'> {
  const { repository, engine, settlement, dispatcher, validation, lookup, backlogLimit } = context;

  async function accept(request: Omit<NewRun, 'leased'>): Promise<Accepted> {
    validation.input(request.workflow, request.input);
    const isDelayed = request.start !== undefined && request.start.at.getTime() > Date.now();
    // A delayed run is not part of the backlog until it is due.
    if (!isDelayed && dispatcher.isBacklogFull()) return repeat(request);
    const slot = isDelayed ? undefined : dispatcher.reserve();
    try {
      const accepted = await repository.accept({ ...request, leased: slot !== undefined });
      if (accepted.repeated) slot?.release();
      else if (slot) slot.start(accepted.run);
      else if (!isDelayed) dispatcher.addedToBacklog();
      return accepted;
    } catch (error) {
      slot?.release();
      throw error;
    }
  }

  /** A full backlog rejects new requests only. */
  async function repeat({ idempotencyKey, ...request }: Omit<NewRun, 'leased'>): Promise<Accepted> {
    const run =
      idempotencyKey === undefined ? undefined : await repository.findAccepted({ ...request, idempotencyKey });
    if (!run) throw new BacklogFull(backlogLimit);
    return { run, repeated: true };
  }

  async function waitForOutcome(run: Run, deadline: number, signal: AbortSignal | undefined): Promise<Run> {
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) return run;
    try {
      const outcome = await engine.result(run.workflowId, leftMs, signal);
      if (!outcome) return lookup.find(run.id);
      // The engine reports a reset execution as terminated, although the run continues.
      return await (outcome.status === 'terminated'
        ? settlement.settle(run)
        : settlement.tryRecord(run, outcome, (record) => dispatcher.recordEnd(run, record)));
    } catch (error) {
      // The run has started: without Temporal the wait ends, not the run.
      if (error instanceof TemporalUnavailable) return run;
      throw error;
    }
  }

  return {
    async start(caller, workflow, input, idempotencyKey, start) {
      return (await accept({ caller, workflow, input, idempotencyKey, start: start && delayed(start) })).run;
    },

    async execute(caller, workflow, input, { ms, signal }, idempotencyKey) {
      const deadline = performance.now() + ms;
      const { run } = await accept({ caller, workflow, input, idempotencyKey });
      const started = ms === 0 ? run : await lookup.waitForStart(run, deadline, signal);
      return started.status === 'running' ? waitForOutcome(started, deadline, signal) : started;
    },
  };
}

const delayed = (start: RequestedStart): DelayedStart => ({
  at: 'at' in start ? start.at : new Date(Date.now() + start.afterMs),
  asked: JSON.stringify(start),
});
