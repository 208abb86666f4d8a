import type { Sequelize } from 'sequelize';
import { v7 as uuidv7 } from 'uuid';
import { IdempotencyKeyReused } from '../errors/runs.js';
import type { Caller } from '../runs/caller.js';
import type { NewRun, Run, RunsRepository } from '../runs/run.js';
import { workflowIdOf } from '../runs/workflow-id.js';
import { batched } from './batch.js';
import { isDataError } from './errors.js';
import { requestHashOf } from './request-keys.js';
import { type RunRow, runColumns, toRun } from './run-row.js';
import { prepareStatement } from './statement.js';

export interface AcceptOptions {
  /** UUID of this process, as which it leases runs. */
  readonly owner: string;
  readonly leaseMs: number;
  /** Time a key is remembered, in milliseconds. */
  readonly keyRetentionMs: number;
}

interface Candidate {
  readonly id: string;
  readonly caller: Caller;
  readonly workflow: string;
  readonly input: unknown;
  readonly inputJson: string;
  readonly workflowId: string;
  readonly leased: boolean;
  readonly key: string | undefined;
  readonly requestHash: string | undefined;
}

/**
 * Runs, their keys and their entries in the audit log in one statement, which is one transaction. A key that is there already keeps its run from being written,
 * unless it is too old to count; one that another transaction is writing is waited for, by all in the same order.
 */
const insert = `
  WITH given AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::text[], $7::text[], $8::text[],
        $12::text[], $13::text[], $14::text[])
      AS given (id, workflow, input, workflow_id, leased, caller, key, request_hash, key_id, address, request_id)
  ), kept AS (
    INSERT INTO idempotency_keys AS known (caller, key, request_hash, run_id, created_at)
    SELECT caller, key, request_hash, id, now() FROM given WHERE key IS NOT NULL ORDER BY caller, key
    ON CONFLICT (caller, key) DO UPDATE
      SET request_hash = excluded.request_hash, run_id = excluded.run_id, created_at = excluded.created_at
      WHERE known.created_at < now() - $11 * interval '1 millisecond'
    RETURNING run_id
  ), written AS (
    INSERT INTO runs (id, workflow, status, caller, input, workflow_id, leased_by, due_at, created_at, updated_at)
    SELECT id, workflow, 'pending', caller, input::json, workflow_id,
      CASE WHEN leased THEN $9::uuid END, CASE WHEN leased THEN now() + $10 * interval '1 millisecond' ELSE now() END, now(), now()
    FROM given WHERE key IS NULL OR id IN (SELECT run_id FROM kept)
    RETURNING id, created_at
  ), audited AS (
    INSERT INTO audit_log (caller, key_id, action, workflow, run_id, address, request_id)
    SELECT caller, key_id, 'run-started', workflow, id, address, request_id FROM given WHERE id IN (SELECT id FROM written)
  )
  SELECT id, created_at FROM written`;

const findByKey = `
  SELECT known.request_hash, ${runColumns('runs.')}
  FROM idempotency_keys AS known JOIN runs ON runs.id = known.run_id
  WHERE known.caller = $1 AND known.key = $2 AND known.created_at >= now() - $3 * interval '1 millisecond'`;

/** One batch of many large inputs would keep all others waiting; in characters of JSON. */
const heaviestBatch = 1_000_000;
/** A key may be purged between the write that it hindered and the look at its run. */
const maxAttempts = 3;

/** `accept` and `findAccepted` of the repository: see there. */
export function createAccept(
  sequelize: Sequelize,
  options: AcceptOptions,
): Pick<RunsRepository, 'accept' | 'findAccepted'> {
  const insertAll = prepareStatement<Pick<RunRow, 'id' | 'created_at'>>(sequelize, 'accept-runs', insert);
  const byKey = prepareStatement<RunRow & { request_hash: string }>(sequelize, 'find-run-by-key', findByKey);

  const write = batched(
    async (candidates: readonly Candidate[]) => {
      const column = <T>(read: (candidate: Candidate) => T) => candidates.map(read);
      const rows = await insertAll([
        column(({ id }) => id),
        column(({ workflow }) => workflow),
        column(({ inputJson }) => inputJson),
        column(({ workflowId }) => workflowId),
        column(({ leased }) => leased),
        column(({ caller }) => caller.name),
        column(({ key }) => key ?? null),
        column(({ requestHash }) => requestHash ?? null),
        options.owner,
        options.leaseMs,
        options.keyRetentionMs,
        column(({ caller }) => caller.origin.keyId ?? null),
        column(({ caller }) => caller.origin.address ?? null),
        column(({ caller }) => caller.origin.requestId ?? null),
      ]);
      const written = new Map(rows.map((row) => [row.id, row.created_at]));
      return candidates.map(({ id }) => written.get(id));
    },
    {
      concurrency: 1,
      maxItems: 128,
      weightOf: ({ inputJson }) => inputJson.length,
      maxWeight: heaviestBatch,
      keyOf: ({ caller, key }) => (key === undefined ? undefined : JSON.stringify([caller.name, key])),
      isItemError: isDataError,
    },
  );

  async function findKnown(caller: string, key: string, requestHash: string | undefined): Promise<Run | undefined> {
    const [known] = await byKey([caller, key, options.keyRetentionMs]);
    if (known && known.request_hash !== requestHash) throw new IdempotencyKeyReused(key);
    return known && toRun(known);
  }

  return {
    async accept(given) {
      const candidate = candidateOf(given);
      const { caller, key, requestHash } = candidate;
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        const createdAt = await write(candidate);
        if (createdAt) return { run: acceptedRun(candidate, createdAt), repeated: false };
        const run = key === undefined ? undefined : await findKnown(caller.name, key, requestHash);
        if (run) return { run, repeated: true };
      }
      throw new Error('A key was there and gone each time it was looked at');
    },

    findAccepted: ({ caller, workflow, input, idempotencyKey }) =>
      findKnown(caller.name, idempotencyKey, requestHashOf(workflow, JSON.stringify(input ?? null))),
  };
}

function candidateOf({ caller, workflow, input, idempotencyKey: key, leased }: NewRun): Candidate {
  const id = uuidv7();
  const inputJson = JSON.stringify(input ?? null);
  return {
    id,
    caller,
    workflow,
    input: input ?? null,
    inputJson,
    workflowId: workflowIdOf(workflow, id),
    leased,
    key,
    requestHash: key === undefined ? undefined : requestHashOf(workflow, inputJson),
  };
}

const acceptedRun = ({ id, caller, workflow, input, workflowId }: Candidate, createdAt: Date): Run => ({
  id,
  workflow,
  status: 'pending',
  caller: caller.name,
  input,
  result: null,
  failure: null,
  workflowId,
  temporalRunId: null,
  createdAt,
  updatedAt: createdAt,
  startedAt: null,
  endedAt: null,
  version: 0,
});
