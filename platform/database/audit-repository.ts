import type { Sequelize } from 'sequelize';
import type { AuditEntry } from '../runs/audit.js';
import { batched } from './batch.js';
import { prepareDeleteOldest } from './delete-oldest.js';
import { isDataError, translateErrors } from './errors.js';
import { prepareStatement } from './statement.js';
import { storableText } from './storable-text.js';

const insert = `
  INSERT INTO audit_log (caller, key_id, action, workflow, run_id, subject, address, request_id)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[])`;

/** In the order of the parameters of `insert`. */
const fields = ['caller', 'keyId', 'action', 'workflow', 'runId', 'subject', 'address', 'requestId'] as const;

/** The audit log in PostgreSQL. `purge` deletes the oldest entries. Methods throw `DatabaseUnavailable`. */
export function createAuditRepository(sequelize: Sequelize) {
  const insertAll = prepareStatement(sequelize, 'record-audit', insert);
  const purge = prepareDeleteOldest(sequelize, { name: 'purge-audit', table: 'audit_log', row: 'id', since: 'at' });
  const record = batched(
    async (entries: readonly AuditEntry[]) => {
      await insertAll(fields.map((field) => entries.map((entry) => storableText(entry[field]))));
      return entries.map(() => undefined);
    },
    { concurrency: 1, maxItems: 128, isItemError: isDataError },
  );
  return translateErrors({ record, purge });
}
