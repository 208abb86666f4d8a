import { DomainError } from '../errors/domain-error.js';
import { DatabaseUnavailable, TemporalRefused, TemporalUnavailable } from '../errors/platform.js';
import { RunEnded, RunNotFound, RunPending } from '../errors/runs.js';
import type { Execution, RunOperations } from '../temporal/run-operations.js';
import type { WorkflowDefinition } from '../workflows/define.js';
import { mapInBatches } from './batches.js';
import { isFinal, type Outcome, type Run, type RunsRepository, type Transition } from './run.js';
import type { Runs } from './runs.js';
import { createValidation } from './validation.js';

export interface RunsDeps {
  readonly repository: RunsRepository;
  readonly operations: RunOperations;
  readonly catalogue: ReadonlyMap<string, WorkflowDefinition>;
}

/** Temporal hands out the result of a closed workflow at once; this bounds the call, in milliseconds. */
const closedResultWaitMs = 2_000;
/** Runs of a list that Temporal is asked about at a time. */
const refreshedAtATime = 10;

/**
 * Runs over PostgreSQL and Temporal. A run is written first and started right after; where it stands is asked of Temporal when
 * somebody wants to know, and what is final is kept, so that results outlive Temporal's retention.
 */
export function createRuns({ repository, operations, catalogue }: RunsDeps): Runs {
  const validation = createValidation(catalogue);

  async function find(id: string): Promise<Run> {
    const run = await repository.find(id);
    if (!run) throw new RunNotFound(id);
    return run;
  }

  /** The changed run, or how it stands when somebody else was first: then theirs is the one that holds. */
  async function change(run: Run, transition: Transition): Promise<Run> {
    return (await repository.transition(run.id, transition)) ?? (await find(run.id));
  }

  /**
   * The same for what has happened already: that it could not be recorded makes it no less true, and whoever was told of a failure
   * would do it again. The next one who asks records it.
   */
  async function note(run: Run, transition: Transition): Promise<Run> {
    try {
      return await change(run, transition);
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      const { to, ...brings } = transition;
      return { ...run, ...brings, status: to };
    }
  }

  /** Brings the record in line with what Temporal says now. */
  async function refresh(run: Run): Promise<Run> {
    if (isFinal(run.status)) return run;
    const execution = await operations.describe(run.workflowId);
    if (!execution) {
      if (run.status === 'pending') return run;
      const failure = { code: 'run-lost', message: 'Temporal no longer knows this run; its outcome was not recorded' };
      return change(run, { to: 'lost', failure, endedAt: new Date() });
    }
    const { temporalRunId, startedAt } = execution;
    const started = run.status === 'pending' ? await change(run, { to: 'running', temporalRunId, startedAt }) : run;
    return execution.open || isFinal(started.status) ? started : close(started, execution);
  }

  async function close(run: Run, { closedAt }: Execution): Promise<Run> {
    const outcome = await operations.result(run.workflowId, closedResultWaitMs);
    return outcome ? note(run, ending(outcome, closedAt ?? new Date())) : run;
  }

  /** The run as far as it is known: what was recorded last, while Temporal cannot be asked. */
  async function latest(run: Run): Promise<Run> {
    try {
      return await refresh(run);
    } catch (error) {
      if (error instanceof TemporalUnavailable) return run;
      throw error;
    }
  }

  async function begin(workflow: string, input: unknown): Promise<Run> {
    const definition = validation.input(workflow, input);
    const run = await repository.create({ workflow, input });
    try {
      const { temporalRunId } = await operations.start(definition, { workflowId: run.workflowId, input });
      if (temporalRunId === undefined) return await refresh(run);
      const started = await note(run, { to: 'running', temporalRunId, startedAt: new Date() });
      if (started.status === 'cancelled') await endCancelled(started);
      return started;
    } catch (error) {
      if (error instanceof TemporalRefused) {
        const { code, message } = error;
        await change(run, { to: 'failed', failure: { code, message }, endedAt: new Date() });
      }
      // Whoever is told that it failed can still find what was recorded of it.
      if (error instanceof DomainError) error.recordedRunId = run.id;
      throw error;
    }
  }

  /** It was cancelled between its record and its start, and was promised never to run. */
  async function endCancelled({ workflowId }: Run): Promise<void> {
    try {
      await operations.terminate(workflowId, 'The run was cancelled before it started');
    } catch (error) {
      if (!(error instanceof RunEnded)) throw error;
    }
  }

  /** A run that messages can be sent to. */
  async function reachable(id: string, check: (run: Run) => void): Promise<Run> {
    const recorded = await find(id);
    check(recorded);
    const run = await refresh(recorded);
    if (run.status === 'pending') throw new RunPending(id);
    return run;
  }

  return {
    start: begin,

    async execute(workflow, input, waitMs, signal) {
      const run = await begin(workflow, input);
      if (isFinal(run.status) || waitMs === 0) return run;
      try {
        const outcome = await operations.result(run.workflowId, waitMs, signal);
        return outcome ? await note(run, ending(outcome, new Date())) : run;
      } catch (error) {
        // It has started: that nobody can say how it goes on is an end of the wait, not of the run.
        if (error instanceof TemporalUnavailable) return run;
        throw error;
      }
    },

    get: async (id) => latest(await find(id)),

    async list({ limit, cursor }) {
      // One more than asked for tells whether there is another page.
      const found = await repository.list({ limit: limit + 1, ...(cursor !== undefined && { before: cursor }) });
      const page = found.slice(0, limit);
      const next = found.length > limit ? page.at(-1)?.id : undefined;
      return { runs: await mapInBatches(page, refreshedAtATime, latest), ...(next !== undefined && { next }) };
    },

    async cancel(id) {
      const run = await refresh(await find(id));
      if (run.status === 'cancelled') return run;
      assertOpen(run);
      if (run.status === 'pending') {
        const failure = { code: 'run-cancelled', message: 'The run was cancelled before it started' };
        return change(run, { to: 'cancelled', failure, endedAt: new Date() });
      }
      await operations.cancel(run.workflowId);
      return run;
    },

    async terminate(id, reason) {
      const run = await reachable(id, () => {});
      if (run.status === 'terminated') return run;
      assertOpen(run);
      await operations.terminate(run.workflowId, reason);
      return refresh(run);
    },

    async signal(id, signal, input) {
      const run = await reachable(id, ({ workflow }) => validation.message(workflow, 'signal', signal, input));
      assertOpen(run);
      await operations.signal(run.workflowId, signal, input);
    },

    async query(id, query) {
      const run = await reachable(id, ({ workflow }) => validation.query(workflow, query));
      return operations.query(run.workflowId, query);
    },

    async update(id, update, input) {
      const run = await reachable(id, ({ workflow }) => validation.message(workflow, 'update', update, input));
      assertOpen(run);
      return operations.update(run.workflowId, update, input);
    },
  };
}

function assertOpen({ id, status }: Run): void {
  if (isFinal(status)) throw new RunEnded(id);
}

const ending = (outcome: Outcome, endedAt: Date): Transition =>
  outcome.status === 'completed'
    ? { to: outcome.status, result: outcome.result, endedAt }
    : { to: outcome.status, failure: outcome.failure, endedAt };
