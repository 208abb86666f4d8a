import { DatabaseUnavailable } from '../errors/platform.js';
import { RunNotFound } from '../errors/runs.js';
import { isFinal, type Outcome, type Run, type RunsRepository, type Started, type Transition } from './run.js';
import type { WorkflowEngine } from './workflow-engine.js';

export interface SettlementDeps {
  readonly repository: Pick<RunsRepository, 'find' | 'transition' | 'supersede'>;
  readonly engine: Pick<WorkflowEngine, 'describe' | 'result'>;
}

/** Brings the record of runs in line with Temporal. Besides the errors named, `TemporalUnavailable` and its like may be thrown. */
export type Settlement = ReturnType<typeof createSettlement>;

/** Temporal hands out the result of a closed workflow at once; this bounds the call, in milliseconds. */
const closedResultWaitMs = 2_000;

export function createSettlement({ repository, engine }: SettlementDeps) {
  /** The changed run, or how it stands when somebody else was first: then theirs is the one that holds. */
  async function change(run: Run, transition: Transition): Promise<Run> {
    const changed = (await repository.transition(run.id, transition)) ?? (await repository.find(run.id));
    if (!changed) throw new RunNotFound(run.id);
    return changed;
  }

  /** Records an outcome that Temporal told; one of an execution that was reset after the run had ended takes its place. */
  async function record(run: Run, outcome: Outcome, endedAt: Date, started?: Started): Promise<Run> {
    const transition = ending(outcome, endedAt, started);
    const changed = await change(run, transition);
    if (!started || !changed.endedAt || changed.endedAt >= started.startedAt) return changed;
    return (await repository.supersede(run.id, started.startedAt, transition)) ?? changed;
  }

  return {
    change,
    record,

    /**
     * The same for what has happened already: that it could not be recorded makes it no less true, and whoever was told of a failure
     * would do it again. The reconciler records it later.
     */
    async tryRecord(run: Run, outcome: Outcome): Promise<Run> {
      const endedAt = new Date();
      try {
        return await record(run, outcome, endedAt);
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable)) throw error;
        const { to, started: _, ...brings } = ending(outcome, endedAt);
        return { ...run, ...brings, status: to };
      }
    },

    /**
     * Asks Temporal where the run stands, and records what has changed: it runs, it has ended, or Temporal no longer knows it. Of a
     * reset or continued workflow its newest execution counts.
     * @returns the run as it is then
     */
    async settle(run: Run): Promise<Run> {
      const execution = await engine.describe(run.workflowId);
      if (!execution) {
        if (run.status !== 'running') return run;
        const failure = {
          code: 'run-lost',
          message: 'Temporal no longer knows this run; its outcome was not recorded',
        };
        return change(run, { to: 'lost', failure, endedAt: new Date() });
      }
      const { temporalRunId, startedAt, open, closedAt } = execution;
      if (open) return run.status === 'pending' ? change(run, { to: 'running', temporalRunId, startedAt }) : run;
      if (isFinal(run.status) && run.endedAt && run.endedAt >= startedAt) return run;
      const outcome = await engine.result(run.workflowId, closedResultWaitMs);
      return outcome ? record(run, outcome, closedAt ?? new Date(), { temporalRunId, startedAt }) : run;
    },
  };
}

function ending(outcome: Outcome, endedAt: Date, started?: Started): Exclude<Transition, { to: 'running' }> {
  const when = { endedAt, ...(started && { started }) };
  return outcome.status === 'completed'
    ? { to: outcome.status, result: outcome.result, ...when }
    : { to: outcome.status, failure: outcome.failure, ...when };
}
