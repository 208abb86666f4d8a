import { randomUUID } from 'node:crypto';
import type { Sequelize } from 'sequelize';
import { translateErrors } from './errors.js';
import { prepareStatement } from './statement.js';

/** Elects the worker that applies the schedules to Temporal. Methods throw `DatabaseUnavailable`. */
export interface ScheduleElection {
  /**
   * Reports that this process is alive. Call it more often than a report is valid.
   * @returns whether this process applies its schedules: of the versions that are running, the newest; of its processes, the oldest
   */
  stand(): Promise<boolean>;
  /** Makes way for another process at once. */
  leave(): Promise<void>;
}

export interface ElectionOptions {
  /** Identifies the schedules of this version. */
  readonly version: string;
  /** How long a report is valid, in milliseconds. */
  readonly validMs: number;
}

const report = `
  WITH gone AS (DELETE FROM schedule_workers WHERE seen_at < now() - $3 * interval '1 millisecond' AND id <> $1)
  INSERT INTO schedule_workers AS known (id, version, since, seen_at) VALUES ($1, $2, now(), now())
  ON CONFLICT (id) DO UPDATE SET seen_at = now(),
    since = CASE WHEN known.seen_at < now() - $3 * interval '1 millisecond' THEN now() ELSE known.since END`;

/** A version counts from the start of its oldest process, so that an old process that restarts during a deployment does not win. */
const elect = `
  SELECT id FROM (
    SELECT id, version, since, min(since) OVER (PARTITION BY version) AS version_since
    FROM schedule_workers WHERE seen_at >= now() - $1 * interval '1 millisecond'
  ) AS alive
  ORDER BY version_since DESC, version, since, id LIMIT 1`;

export function createScheduleElection(sequelize: Sequelize, { version, validMs }: ElectionOptions): ScheduleElection {
  const id = randomUUID();
  const sendReport = prepareStatement(sequelize, 'report-schedule-worker', report);
  const findElected = prepareStatement<{ id: string }>(sequelize, 'elect-schedule-worker', elect);
  const remove = prepareStatement(sequelize, 'remove-schedule-worker', 'DELETE FROM schedule_workers WHERE id = $1');
  return translateErrors<ScheduleElection>({
    async stand() {
      await sendReport([id, version, validMs]);
      return (await findElected([validMs]))[0]?.id === id;
    },
    async leave() {
      await remove([id]);
    },
  });
}
