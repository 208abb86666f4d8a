import type { Run } from '../runs/run.js';
import type { Schedule } from '../runs/schedules.js';
import { workflowPath } from './run-resource.js';

const shown = ({ id, status }: Run) => ({ id, status });

/** The representation of a schedule in the API. */
export function toScheduleResource({ name, spec, state, openRuns, recentRuns }: Schedule) {
  const self = `/v1/schedules/${encodeURIComponent(name)}`;
  return {
    name,
    ...spec,
    paused: state?.paused ?? spec.paused,
    note: state?.note ?? null,
    createdAt: state?.createdAt.toISOString() ?? null,
    nextTimes: state?.nextTimes.map((time) => time.toISOString()) ?? [],
    openRuns: openRuns.map(shown),
    recentRuns: recentRuns.map(shown),
    links: {
      self,
      workflow: workflowPath(name),
      runs: `/v1/runs?caller=${encodeURIComponent(`schedule:${name}`)}`,
      pause: `${self}/pause`,
      resume: `${self}/resume`,
      trigger: `${self}/trigger`,
      backfill: `${self}/backfill`,
    },
  };
}
