import { QueryTypes, type Sequelize } from 'sequelize';
import { translateErrors } from './errors.js';

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
  DELETE FROM runs WHERE id = ANY (ARRAY(
    SELECT id FROM runs WHERE ended_at < now() - $age * interval '1 millisecond'
    ORDER BY ended_at LIMIT $limit FOR UPDATE SKIP LOCKED))`;

/** A key is renewed in its place when it is given again after its time: only what is still old goes. */
const deleteKeys = `
  DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_keys WHERE created_at < now() - $age * interval '1 millisecond'
    ORDER BY created_at LIMIT $limit FOR UPDATE SKIP LOCKED))`;

export function createRetentionRepository(sequelize: Sequelize): RetentionRepository {
  const remove = async (sql: string, age: number, limit: number): Promise<number> =>
    sequelize.query(sql, { bind: { age, limit }, type: QueryTypes.BULKDELETE });
  return translateErrors<RetentionRepository>({
    async purge({ runsMs, keysMs, limit }) {
      const keys = await remove(deleteKeys, keysMs, limit);
      return { runs: await remove(deleteRuns, runsMs, limit), keys };
    },
  });
}
