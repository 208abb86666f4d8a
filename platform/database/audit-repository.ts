import type { Sequelize } from 'sequelize';
import type { AuditEntry, AuditLog } from '../runs/audit.js';
import { batched } from './batch.js';
import { prepareDeleteOldest } from './delete-oldest.js';
import { isDataError, translateErrors } from './errors.js';
import { prepareStatement } from './statement.js';
import { storableText } from './storable-text.js';

/** The audit log. Methods throw `DatabaseUnavailable`. */
export interface AuditRepository extends AuditLog {
  /**
   * Deletes the oldest entries that are older than `olderThanMs` milliseconds, at most `limit`. Concurrent callers delete different
   * entries.
   * @returns the number of deleted entries
   */
  purge(olderThanMs: number, limit: number): Promise<number>;
}

const insert = `
  INSERT INTO audit_log (caller, key_id, action, workflow, run_id, subject, address, request_id)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[])`;

/** In the order of the parameters of `insert`. */
const fields = ['caller', 'keyId', 'action', 'workflow', 'runId', 'subject', 'address', 'requestId'] as const;

/** The audit log in PostgreSQL. */
export function createAuditRepository(sequelize: Sequelize): AuditRepository {
  const insertAll = prepareStatement(sequelize, 'record-audit', insert);
  const purge = prepareDeleteOldest(sequelize, { name: 'purge-audit', table: 'audit_log', row: 'id', since: 'at' });
  const record = batched(
    async (entries: readonly AuditEntry[]) => {
      await insertAll(fields.map((field) => entries.map((entry) => storableText(entry[field]))));
      return entries.map(() => undefined);
    },
    { concurrency: 1, maxItems: 128, isItemError: isDataError },
  );
  return translateErrors<AuditRepository>({ record, purge });
}
