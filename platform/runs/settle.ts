import { DatabaseUnavailable } from '../errors/platform.js';
import { RunNotFound } from '../errors/runs.js';
import {
  type Ending,
  isFinal,
  type Outcome,
  type Run,
  type RunsRepository,
  type Started,
  type Transition,
} from './run.js';
import type { WorkflowEngine } from './workflow-engine.js';

export interface SettlementDeps {
  readonly repository: Pick<RunsRepository, 'find' | 'transition' | 'supersede'>;
  readonly engine: Pick<WorkflowEngine, 'describe' | 'result'>;
}

/** Updates the record of runs to match Temporal. Methods may throw the errors of `WorkflowEngine`. */
export type Settlement = ReturnType<typeof createSettlement>;

/** Makes the record of an end, with the start if there is none yet. */
type RecordEnd = (record: (started: Started | undefined) => Promise<Run>) => Promise<Run>;

/** Temporal returns the result of a closed workflow at once; this bounds the call, in milliseconds. */
const closedResultWaitMs = 2_000;

export function createSettlement({ repository, engine }: SettlementDeps) {
  /** @returns the run; if another writer was first, its change holds */
  async function change(run: Run, transition: Transition): Promise<Run> {
    const changed = (await repository.transition(run.id, transition)) ?? (await repository.find(run.id));
    if (!changed) throw new RunNotFound(run.id);
    return changed;
  }

  /** Records an outcome from Temporal. If the run had ended before the execution started, a reset replaces its outcome. */
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
     * Records an outcome if PostgreSQL is available; otherwise the reconciler does so later. The run has ended either way, and an
     * error would make the caller repeat it.
     * @param recordEnd - calls its argument with the start of the run, if that is not recorded yet
     */
    async tryRecord(run: Run, outcome: Outcome, recordEnd: RecordEnd): Promise<Run> {
      const endedAt = new Date();
      try {
        return await recordEnd((started) => change(run, ending(outcome, endedAt, started)));
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable)) throw error;
        return { ...run, ...outcome, endedAt };
      }
    },

    /**
     * Reads the state of the run from Temporal and records the change: it runs, has ended, or is lost. The latest execution of a
     * reset or continued workflow counts.
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

function ending(outcome: Outcome, endedAt: Date, started?: Started): Ending {
  const { status: to, ...brings } = outcome;
  return { to, ...brings, endedAt, started, inTemporal: true } as Ending;
}
