import type { Sequelize } from 'sequelize';
import { prepareDeleteOldest } from './delete-oldest.js';
import { translateErrors } from './errors.js';

/** Deletes records whose retention time has passed. Methods throw `DatabaseUnavailable`. */
export function createRetentionRepository(sequelize: Sequelize) {
  const deleteRuns = prepareDeleteOldest(sequelize, {
    name: 'purge-runs',
    table: 'runs',
    row: 'id',
    since: 'ended_at',
  });
  // `ctid` is short, whatever the key's length. A key that is used again after it expired becomes a new row version with another ctid.
  const deleteKeys = prepareDeleteOldest(sequelize, {
    name: 'purge-keys',
    table: 'idempotency_keys',
    row: 'ctid',
    since: 'created_at',
  });
  return translateErrors({
    /**
     * Deletes the oldest runs that ended more than `runsMs` milliseconds ago and the oldest keys created more than `keysMs` milliseconds
     * ago, at most `limit` of each. Concurrent callers delete different ones.
     * @returns the number of deleted runs and keys
     */
    async purge({ runsMs, keysMs, limit }: { runsMs: number; keysMs: number; limit: number }) {
      const keys = await deleteKeys(keysMs, limit);
      return { runs: await deleteRuns(runsMs, limit), keys };
    },
  });
}
