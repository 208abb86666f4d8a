import { createHash } from 'node:crypto';
import type { Sequelize } from 'sequelize';
import { IdempotencyKeyReused } from '../errors/runs.js';
import type { RunsRepository } from '../runs/run.js';
import { prepareStatement } from './statement.js';

/**
 * The hash stored with a key: a second request with the key must have the same one. It is not Temporal's update id, which must differ between
 * callers and keys.
 * @param about - the workflow or the run of the request
 */
export const requestHashOf = (about: string, contentJson: string): string =>
  createHash('sha256').update(`${about}\n${contentJson}`).digest('hex');

/** An existing key stays unchanged unless it has expired. */
const insert = `
  INSERT INTO idempotency_keys AS known (caller, key, request_hash, run_id, created_at) VALUES ($1, $2, $3, $4, now())
  ON CONFLICT (caller, key) DO UPDATE
    SET request_hash = excluded.request_hash, run_id = excluded.run_id, created_at = excluded.created_at
    WHERE known.created_at < now() - $5 * interval '1 millisecond'
  RETURNING run_id`;

/** `rememberRequest` and `forgetRequest` of `RunsRepository`: the keys of requests to existing runs. */
export function createRequestKeys(
  sequelize: Sequelize,
  keyRetentionMs: number,
): Pick<RunsRepository, 'rememberRequest' | 'forgetRequest'> {
  const remember = prepareStatement(sequelize, 'remember-request', insert);
  const find = prepareStatement<{ request_hash: string }>(
    sequelize,
    'find-request',
    'SELECT request_hash FROM idempotency_keys WHERE caller = $1 AND key = $2',
  );
  const forget = prepareStatement(
    sequelize,
    'forget-request',
    'DELETE FROM idempotency_keys WHERE caller = $1 AND key = $2 AND request_hash = $3',
  );
  const hashOf = ({ runId, content }: { runId: string; content: readonly unknown[] }) =>
    requestHashOf(runId, JSON.stringify(content));

  return {
    async rememberRequest(request) {
      const { caller, key, runId } = request;
      const [isNew] = await remember([caller, key, hashOf(request), runId, keyRetentionMs]);
      if (isNew) return true;
      const [known] = await find([caller, key]);
      if (known && known.request_hash !== hashOf(request)) throw new IdempotencyKeyReused(key);
      return false;
    },
    async forgetRequest(request) {
      await forget([request.caller, request.key, hashOf(request)]);
    },
  };
}
