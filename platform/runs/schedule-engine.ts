import type { OverlapPolicy } from '../workflows/define.js';

/** The schedule of a workflow, as the engine has it. */
export interface ScheduleState {
  readonly paused: boolean;
  /** Why it is or was paused. */
  readonly note: string | null;
  /** The next times at which it acts, unless it is paused. */
  readonly nextTimes: readonly Date[];
  readonly createdAt: Date;
}

export interface BackfillPeriod {
  readonly from: Date;
  readonly to: Date;
}

/**
 * The schedules in the engine, by workflow; `platform/temporal/` implements it. Changes show in `describe` within a second. Methods throw
 * `TemporalUnavailable`, `TemporalUnauthorized` and `NamespaceNotFound`, and `WorkerUnavailable` if no worker has created the schedule yet.
 */
export interface ScheduleEngine {
  /** @returns `undefined` if no worker has created the schedule yet */
  describe(workflow: string): Promise<ScheduleState | undefined>;
  pause(workflow: string, note: string): Promise<void>;
  resume(workflow: string): Promise<void>;
  /** Acts once, now. */
  trigger(workflow: string, overlap: OverlapPolicy): Promise<void>;
  /** The number of times in the period, at most 1 000. */
  countTimes(workflow: string, period: BackfillPeriod): Promise<number>;
  /** Acts for each time in the period, now. */
  backfill(workflow: string, period: BackfillPeriod, overlap: OverlapPolicy): Promise<void>;
}
