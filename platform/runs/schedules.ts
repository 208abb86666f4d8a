import { InputInvalid, ScheduleNotFound } from '../errors/runs.js';
import type { OverlapPolicy } from '../workflows/define.js';
import type { PlannedRuns, ScheduleSpec } from '../workflows/schedule.js';
import type { AuditLog } from './audit.js';
import { mapInBatches } from './batches.js';
import type { Caller } from './caller.js';
import type { Run } from './run.js';
import type { Runs } from './runs.js';
import type { BackfillPeriod, ScheduleEngine, ScheduleState } from './schedule-engine.js';
import { scheduleCaller } from './scheduled-runs.js';

/** A schedule as its definition and Temporal have it. It has the name of its workflow. */
export interface Schedule {
  readonly name: string;
  readonly spec: ScheduleSpec;
  /** `undefined` until a worker has created the schedule. */
  readonly state: ScheduleState | undefined;
  /** Newest first; none for callers that see only their own runs. */
  readonly openRuns: readonly Run[];
  readonly recentRuns: readonly Run[];
}

/**
 * Operations on schedules. A change is in the audit log before it is made. Every method may throw `DatabaseUnavailable` and the errors of
 * `ScheduleEngine`, and all but `list` may throw `ScheduleNotFound`.
 */
export interface Schedules {
  list(caller: Caller): Promise<Schedule[]>;
  get(caller: Caller, name: string): Promise<Schedule>;
  /** A pause survives restarts and new definitions. Safe to repeat. */
  pause(caller: Caller, name: string, note?: string): Promise<Schedule>;
  resume(caller: Caller, name: string): Promise<Schedule>;
  /** @param overlap - default: the schedule's policy */
  trigger(caller: Caller, name: string, overlap?: OverlapPolicy): Promise<Schedule>;
  /**
   * Starts a run for each time in the period, also for times that had one.
   * @throws {InputInvalid} the period is empty, ends in the future or has too many times
   */
  backfill(caller: Caller, name: string, period: BackfillPeriod, overlap?: OverlapPolicy): Promise<Schedule>;
}

export interface SchedulesDeps {
  readonly planned: readonly PlannedRuns[];
  readonly engine: ScheduleEngine;
  readonly audit: AuditLog;
  readonly runs: Pick<Runs, 'list'>;
}

const shownRuns = 10;
/** Temporal drops what exceeds its buffer of 1 000 actions. */
const maxBackfill = 500;
const batchSize = 8;

export function createSchedules({ planned, engine, audit, runs }: SchedulesDeps): Schedules {
  const byName = new Map(planned.map((one) => [one.definition.name, one]));

  const find = (name: string): PlannedRuns => {
    const found = byName.get(name);
    if (!found) throw new ScheduleNotFound(name);
    return found;
  };

  async function view(caller: Caller, { definition: { name }, spec }: PlannedRuns): Promise<Schedule> {
    const page = { caller: scheduleCaller(name), limit: shownRuns };
    const [state, open, recent] = await Promise.all([
      engine.describe(name),
      runs.list(caller, { ...page, status: ['pending', 'running'] }),
      runs.list(caller, page),
    ]);
    return { name, spec, state, openRuns: open.runs, recentRuns: recent.runs };
  }

  /** @param change - what Temporal's description may not show yet */
  async function act(
    caller: Caller,
    name: string,
    action: string,
    work: (spec: ScheduleSpec) => Promise<void>,
    change: Partial<ScheduleState> = {},
  ): Promise<Schedule> {
    const found = find(name);
    await audit.record({ ...caller.origin, caller: caller.name, action, workflow: name, subject: name });
    await work(found.spec);
    const schedule = await view(caller, found);
    return schedule.state ? { ...schedule, state: { ...schedule.state, ...change } } : schedule;
  }

  return {
    list: (caller) => mapInBatches(planned, batchSize, (one) => view(caller, one)),
    get: async (caller, name) => view(caller, find(name)),
    pause: (caller, name, note = '') =>
      act(caller, name, 'schedule-paused', () => engine.pause(name, note), { paused: true, note: note || null }),
    resume: (caller, name) =>
      act(caller, name, 'schedule-resumed', () => engine.resume(name), { paused: false, note: null }),
    trigger: (caller, name, overlap) =>
      act(caller, name, 'schedule-triggered', (spec) => engine.trigger(name, overlap ?? spec.overlap)),
    async backfill(caller, name, period, overlap = 'buffer-all') {
      find(name);
      await checkPeriod(period, () => engine.countTimes(name, period));
      return act(caller, name, 'schedule-backfilled', () => engine.backfill(name, period, overlap));
    },
  };
}

async function checkPeriod({ from, to }: BackfillPeriod, countTimes: () => Promise<number>): Promise<void> {
  const fail = (pointer: string, detail: string): never => {
    throw new InputInvalid('The period', [{ pointer, detail }]);
  };
  if (to.getTime() > Date.now()) fail('/to', 'must not be in the future');
  if (from >= to) fail('/from', 'must be before `to`');
  if ((await countTimes()) > maxBackfill) fail('/from', `is too early: a backfill can start ${maxBackfill} runs`);
}
