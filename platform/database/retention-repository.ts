import type { Sequelize } from 'sequelize';
import { prepareDeleteOldest } from './delete-oldest.js';
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

export function createRetentionRepository(sequelize: Sequelize): RetentionRepository {
  const deleteRuns = prepareDeleteOldest(sequelize, {
    name: 'purge-runs',
    table: 'runs',
    row: 'id',
    since: 'ended_at',
  });
  // By its place, since a key may be of any length; one that is given again after its time is a new row version in another place.
  const deleteKeys = prepareDeleteOldest(sequelize, {
    name: 'purge-keys',
    table: 'idempotency_keys',
    row: 'ctid',
    since: 'created_at',
  });
  return translateErrors<RetentionRepository>({
    async purge({ runsMs, keysMs, limit }) {
      const keys = await deleteKeys(keysMs, limit);
      return { runs: await deleteRuns(runsMs, limit), keys };
    },
  });
}
