import type { Logger } from '../observability/logger.js';
import type { Catalogue } from '../workflows/catalogue.js';
import type { AuditLog } from './audit.js';
import { createDispatcher } from './dispatcher.js';
import { createProblemWatch } from './problem-watch.js';
import { createReconciler } from './reconciler.js';
import { createReconcilerEngine, type ReconcilerLoad } from './reconciler-engine.js';
import type { Backlog, ChangedRuns, OpenRuns, ProblemRecords, RunsRepository } from './run.js';
import { createRunEnds } from './run-ends.js';
import { createRunFeed, type RunFeed } from './run-feed.js';
import { createRunLookup } from './run-lookup.js';
import { createRunMessages } from './run-messages.js';
import { createRunReads } from './run-reads.js';
import { createRunStarts } from './run-starts.js';
import type { Runs } from './runs.js';
import { createSettlement } from './settle.js';
import type { StartOptions } from './starter.js';
import { createValidation } from './validation.js';
import type { WorkflowEngine } from './workflow-engine.js';

/** The record of runs in PostgreSQL, and their workflows in Temporal. */
export interface RunParts {
  readonly repository: RunsRepository;
  readonly backlog: Backlog;
  readonly openRuns: OpenRuns;
  readonly changedRuns: ChangedRuns;
  readonly problems: ProblemRecords;
  readonly audit: AuditLog;
  readonly engine: WorkflowEngine;
}

export interface DurableRunsDeps {
  readonly parts: RunParts;
  readonly catalogue: Catalogue;
  readonly logger: Logger;
  readonly options: StartOptions & {
    /** Between two passes of the reconciler, in milliseconds. */
    readonly reconcileIntervalMs: number;
    /** Limit of the reconciler's calls to Temporal. */
    readonly reconcileCallsPerSecond: number;
  };
}

export interface DurableRuns {
  readonly runs: Runs;
  readonly feed: Pick<RunFeed, 'follow'>;
  readonly reconcilerLoad: ReconcilerLoad;
  /** Starts accepted runs and reconciles open ones, until `signal` aborts. */
  work(signal: AbortSignal): Promise<void>;
}

/**
 * Runs that survive the process that accepted them, and the background work that keeps this promise. One commit accepts a run; the
 * dispatcher starts it. The first to see the outcome records it: the worker, a caller that waits for it, or the reconciler.
 */
export function createDurableRuns({ parts, catalogue, logger, options }: DurableRunsDeps): DurableRuns {
  const { repository, backlog, openRuns, changedRuns, problems, audit, engine } = parts;
  const { backlogLimit } = options;
  const settlement = createSettlement({ repository, engine });
  const dispatcher = createDispatcher({ backlog, engine, settlement, catalogue, logger, options });
  const lookup = createRunLookup({ repository, dispatcher });
  const validation = createValidation(catalogue);
  const context = { repository, engine, audit, settlement, dispatcher, validation, lookup, backlogLimit };
  const limited = createReconcilerEngine(engine, options.reconcileCallsPerSecond);
  const reconciler = createReconciler({
    openRuns,
    engine: limited.engine,
    settlement: createSettlement({ repository, engine: limited.engine }),
    workflows: [...catalogue.keys()],
    logger,
    intervalMs: options.reconcileIntervalMs,
  });
  const watch = createProblemWatch({ records: problems, engine, logger });
  const feed = createRunFeed({ changedRuns, logger });
  return {
    feed,
    reconcilerLoad: limited.load,
    runs: {
      ...createRunStarts(context),
      ...createRunReads(context),
      ...createRunEnds(context),
      ...createRunMessages(context),
    },
    async work(signal) {
      await Promise.all([dispatcher.run(signal), reconciler.run(signal), feed.run(signal), watch.run(signal)]);
    },
  };
}
