import { randomUUID } from 'node:crypto';
import type { Sequelize } from 'sequelize';
import type { ScheduledRunDeps } from '../../activities/scheduled-runs.js';
import { prepareAcceptScheduledRun } from '../../database/accept-scheduled-run.js';
import { createAuditRepository } from '../../database/audit-repository.js';
import { createBacklog } from '../../database/backlog.js';
import { createChangedRuns } from '../../database/changed-runs.js';
import { createOpenRuns } from '../../database/open-runs.js';
import { createProblemRecords } from '../../database/problem-records.js';
import { createRunsRepository } from '../../database/runs-repository.js';
import { createLogger, type Logger } from '../../observability/logger.js';
import type { Caller } from '../../runs/caller.js';
import { createDurableRuns, type DurableRuns, type DurableRunsDeps, type RunParts } from '../../runs/durable-runs.js';
import { createOutcomeRecorder, type OutcomeRecorder } from '../../runs/outcome-recorder.js';
import type { NewRun, Run } from '../../runs/run.js';
import type { Runs } from '../../runs/runs.js';
import { createTracking, scheduleCaller } from '../../runs/scheduled-runs.js';
import { createSettlement } from '../../runs/settle.js';
import { fixtureCatalogue } from '../fixtures/catalogue.js';

/** Options with short times, so that a test takes seconds instead of minutes. */
export const hurried = {
  leaseMs: 2_000,
  keyRetentionMs: 3_600_000,
  checkIntervalMs: 1_000,
  concurrency: 8,
  takeoverPerSecond: 200,
  backlogLimit: 1_000,
  callTimeoutMs: 500,
  reconcileIntervalMs: 200,
  reconcileCallsPerSecond: 100,
} as const;

export type TestRunsOptions = { readonly [K in keyof typeof hurried]?: number };

/** Hides the errors that tests provoke. */
const silent: Logger = createLogger('api', { LOG_LEVEL: 'fatal', LOG_FORMAT: 'json' });

/** The repositories of one process. */
export function testRecords(sequelize: Sequelize, options: TestRunsOptions = {}): Omit<RunParts, 'engine'> {
  const { leaseMs, keyRetentionMs, checkIntervalMs } = { ...hurried, ...options };
  const owner = randomUUID();
  return {
    repository: createRunsRepository(sequelize, { owner, leaseMs, keyRetentionMs, checkIntervalMs }),
    backlog: createBacklog(sequelize, { owner, leaseMs, workflows: [...fixtureCatalogue.keys()] }),
    openRuns: createOpenRuns(sequelize, checkIntervalMs),
    changedRuns: createChangedRuns(sequelize),
    problems: createProblemRecords(sequelize),
    audit: createAuditRepository(sequelize),
  };
}

/** A caller, who by default sees only their own runs. */
export const callerOf = (name: string, seesAll = false): Caller => ({
  name,
  seesAll,
  origin: { keyId: `key-of-${name}`, address: '127.0.0.1', requestId: `request-of-${name}` },
});
export const ada = callerOf('ada');

/** Accepts a run; by default a `hello` of Ada that no process is starting. */
export const acceptRun = async (
  { repository }: Pick<RunParts, 'repository'>,
  run: Partial<NewRun> = {},
): Promise<Run> => {
  const given = { caller: ada, workflow: 'hello', input: { name: 'Ada' }, leased: false, ...run };
  return (await repository.accept(given)).run;
};

/** The calls of one caller. */
export type CallsOf = {
  readonly [K in keyof Runs]: Runs[K] extends (caller: Caller, ...rest: infer A) => infer R ? (...rest: A) => R : never;
};

export const callsOf = (runs: Runs, caller: Caller): CallsOf =>
  Object.fromEntries(
    Object.entries(runs).map(([name, call]) => [name, (...rest: unknown[]) => call(caller, ...rest)]),
  ) as unknown as CallsOf;

export interface TestRuns extends DurableRuns {
  /** The calls of Ada. */
  readonly ada: CallsOf;
  /** Runs the background work until `stop`. */
  begin(): void;
  stop(): Promise<void>;
}

/** The runs of one process. Call `begin` to start the background work. */
export function createTestRuns(
  parts: RunParts,
  options: TestRunsOptions = {},
  deps: Partial<Pick<DurableRunsDeps, 'catalogue' | 'logger'>> = {},
): TestRuns {
  const durable = createDurableRuns({
    parts,
    catalogue: fixtureCatalogue,
    logger: silent,
    options: { ...hurried, ...options },
    ...deps,
  });
  const stopping = new AbortController();
  let working: Promise<unknown> = Promise.resolve();
  return {
    ...durable,
    ada: callsOf(durable.runs, ada),
    begin() {
      working = durable.work(stopping.signal);
    },
    async stop() {
      stopping.abort();
      await working;
    },
  };
}

/** Records the runs of schedules; pass it to `createPlatformActivities`. */
export function scheduledRunsOf(
  parts: Pick<RunParts, 'repository' | 'engine'>,
  sequelize: Sequelize,
  leaseMs: number = hurried.leaseMs,
): ScheduledRunDeps {
  const accept = prepareAcceptScheduledRun(sequelize, leaseMs);
  return {
    accept: ({ schedule, acceptedAt, ...run }) =>
      accept({ ...run, caller: scheduleCaller(schedule), acceptedAt: new Date(acceptedAt) }),
    track: createTracking({ ...parts, settlement: createSettlement(parts) }),
  };
}

/** Records outcomes; pass it to `startWorkers`. */
export const recorderOf = (parts: Pick<RunParts, 'repository' | 'openRuns' | 'engine'>): OutcomeRecorder =>
  createOutcomeRecorder({ ...parts, settlement: createSettlement(parts), logger: silent });
