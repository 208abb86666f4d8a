import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../observability/logger.js';
import { mapInBatches } from './batches.js';
import type { OpenRuns, Run, Started } from './run.js';
import type { Settlement } from './settle.js';
import type { WorkflowEngine } from './workflow-engine.js';
import { runIdOf } from './workflow-id.js';

/** A workflow that has told Temporal to close it, as the worker that ran it saw. */
export interface Closing extends Started {
  readonly workflowId: string;
}

export interface OutcomeRecorderDeps {
  readonly openRuns: Pick<OpenRuns, 'unrecorded'>;
  readonly engine: Pick<WorkflowEngine, 'result'>;
  readonly settlement: Pick<Settlement, 'record'>;
  readonly logger: Logger;
}

/** Closings are collected for this time, in which a caller who waits for the outcome may have recorded it already. */
const collectMs = 100;
/** Outcomes that Temporal is asked for at a time, and how long each is waited for. */
const askedAtATime = 8;
const resultWaitMs = 1_000;
/** After that the reconciler finds it. */
const maxAttempts = 3;

/**
 * Records the outcomes of workflows right after their worker has closed them. What the worker saw is only the occasion: Temporal may
 * refuse to close a workflow (a signal has come in between), so that it is asked for the outcome that holds.
 */
export function createOutcomeRecorder({ openRuns, engine, settlement, logger }: OutcomeRecorderDeps) {
  const waiting = new Map<string, Closing & { readonly attempt: number }>();
  let recording: Promise<void> | undefined;

  function note(closing: Closing, attempt = 1): void {
    const runId = runIdOf(closing.workflowId);
    if (runId === undefined) return;
    waiting.set(runId, { ...closing, attempt });
    recording ??= recordAll().finally(() => {
      recording = undefined;
    });
  }

  async function recordAll(): Promise<void> {
    while (waiting.size > 0) {
      await delay(collectMs);
      const closings = new Map(waiting);
      waiting.clear();
      const executions = [...closings].map(([runId, { startedAt }]) => ({ runId, startedAt }));
      try {
        const runs = await openRuns.unrecorded(executions);
        await mapInBatches(runs, askedAtATime, (run) => recordOne(run, closings.get(run.id)));
      } catch (err) {
        logger.warn({ err, runs: executions.length }, 'Outcomes could not be recorded; the reconciler will');
      }
    }
  }

  async function recordOne(run: Run, closing: (Closing & { readonly attempt: number }) | undefined): Promise<void> {
    if (!closing) return;
    const { workflowId, temporalRunId, startedAt, attempt } = closing;
    try {
      const outcome = await engine.result(workflowId, resultWaitMs);
      if (outcome) await settlement.record(run, outcome, new Date(), { temporalRunId, startedAt });
      else if (attempt < maxAttempts) note(closing, attempt + 1);
    } catch (err) {
      logger.warn({ err, runId: run.id, attempt }, 'An outcome could not be recorded');
      if (attempt < maxAttempts) note(closing, attempt + 1);
    }
  }

  return {
    /** Takes notice of a closing; returns at once, and never throws. */
    note: (closing: Closing): void => note(closing),
    /** Resolves when everything noticed so far was recorded or given up. */
    async flush(): Promise<void> {
      await recording;
    },
  };
}

export type OutcomeRecorder = ReturnType<typeof createOutcomeRecorder>;
