import type { Sequelize } from 'sequelize';
import { translateErrors } from './errors.js';
import { prepareStatement } from './statement.js';

/** Removes what has been kept long enough. Throws `DatabaseUnavailable`. */
export interface RetentionRepository {
  /**
   * Removes the oldest runs that ended more than `runsMs` ago and the oldest keys given more than `keysMs` ago (milliseconds), at most
   * `limit` of each. Two callers at a time remove different ones.
   * @returns how many of each went
   */
  purge(batch: { runsMs: number; keysMs: number; limit: number }): Promise<{ runs: number; keys: number }>;
}

const deleteRuns = `
  WITH gone AS (
    DELETE FROM runs WHERE id = ANY (ARRAY(
      SELECT id FROM runs WHERE ended_at < now() - $1 * interval '1 millisecond'
      ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING 1
  ) SELECT count(*)::integer AS count FROM gone`;

/** By its place, since a key may be of any length; one that is given again after its time is a new row version in another place. */
const deleteKeys = `
  WITH gone AS (
    DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM idempotency_keys WHERE created_at < now() - $1 * interval '1 millisecond'
      ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)) RETURNING 1
  ) SELECT count(*)::integer AS count FROM gone`;

export function createRetentionRepository(sequelize: Sequelize): RetentionRepository {
  const purgeRuns = prepareStatement<{ count: number }>(sequelize, 'purge-runs', deleteRuns);
  const purgeKeys = prepareStatement<{ count: number }>(sequelize, 'purge-keys', deleteKeys);
  return translateErrors<RetentionRepository>({
    async purge({ runsMs, keysMs, limit }) {
      const [keys] = await purgeKeys([keysMs, limit]);
      const [runs] = await purgeRuns([runsMs, limit]);
      return { runs: runs?.count ?? 0, keys: keys?.count ?? 0 };
    },
  });
}
