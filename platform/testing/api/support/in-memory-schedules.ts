import type { AuditEntry } from '../../../runs/audit.js';
import type { Runs } from '../../../runs/runs.js';
import type { ScheduleEngine, ScheduleState } from '../../../runs/schedule-engine.js';
import { createSchedules, type Schedules } from '../../../runs/schedules.js';
import { plannedRuns } from '../../../workflows/schedule.js';
import { fixtureCatalogue } from '../../fixtures/catalogue.js';

/** The schedules of the fixtures, without Temporal. @param audited - receives the entries of the audit log */
export function createInMemorySchedules(runs: Pick<Runs, 'list'>, audited: AuditEntry[] = []): Schedules {
  const createdAt = new Date();
  let state: ScheduleState = { paused: false, note: null, nextTimes: [createdAt], createdAt };
  const engine: ScheduleEngine = {
    describe: async () => state,
    async pause(_, note) {
      state = { ...state, paused: true, note };
    },
    async resume() {
      state = { ...state, paused: false, note: null };
    },
    trigger: async () => {},
    countTimes: async (_, { from, to }) => Math.min(1_000, Math.floor((to.getTime() - from.getTime()) / 86_400_000)),
    backfill: async () => {},
  };
  const audit = { record: async (entry: AuditEntry) => void audited.push(entry) };
  return createSchedules({ planned: plannedRuns(fixtureCatalogue), engine, audit, runs });
}
