import type { Sequelize } from 'sequelize';
import { v7 as uuidv7 } from 'uuid';
import { IdempotencyKeyReused } from '../errors/runs.js';
import type { NewRun, Run, RunsRepository } from '../runs/run.js';
import { workflowIdOf } from '../runs/workflow-id.js';
import { batched } from './batch.js';
import { isDataError } from './errors.js';
import { requestHashOf } from './request-keys.js';
import { runColumns } from './run-columns.js';
import { prepareStatement } from './statement.js';

export interface AcceptOptions {
  /** UUID of this process, the owner of its leases. */
  readonly owner: string;
  readonly leaseMs: number;
  /** How long a key is valid, in milliseconds. */
  readonly keyRetentionMs: number;
}

interface Candidate extends NewRun {
  readonly id: string;
  readonly workflowId: string;
  readonly inputJson: string;
  readonly requestHash: string | undefined;
}

const findByKey = `
  SELECT known.request_hash AS "requestHash", ${runColumns}
  FROM idempotency_keys AS known JOIN runs ON runs.id = known.run_id
  WHERE known.caller = $1 AND known.key = $2 AND known.created_at >= now() - $3 * interval '1 millisecond'`;

/** A key may expire between the insert that found it and the query for its run. */
const maxAttempts = 3;

/** `accept` and `findAccepted` of `RunsRepository`. */
export function createAccept(
  sequelize: Sequelize,
  options: AcceptOptions,
): Pick<RunsRepository, 'accept' | 'findAccepted'> {
  const insert = prepareInsertRun(sequelize, options);
  const selectByKey = prepareStatement<Run & { requestHash: string }>(sequelize, 'find-run-by-key', findByKey);

  async function findKnown(caller: string, key: string, requestHash: string | undefined): Promise<Run | undefined> {
    const [known] = await selectByKey([caller, key, options.keyRetentionMs]);
    if (!known) return undefined;
    const { requestHash: knownHash, ...run } = known;
    if (knownHash !== requestHash) throw new IdempotencyKeyReused(key);
    return run;
  }

  return {
    async accept(newRun) {
      const candidate = toCandidate(newRun);
      const { caller, idempotencyKey: key, requestHash } = candidate;
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        const createdAt = await insert(candidate);
        if (createdAt) return { run: acceptedRun(candidate, createdAt), repeated: false };
        const run = key === undefined ? undefined : await findKnown(caller.name, key, requestHash);
        if (run) return { run, repeated: true };
      }
      throw new Error(`An idempotency key existed on insert but not on select, ${maxAttempts} times in a row`);
    },

    findAccepted: ({ idempotencyKey, ...request }) =>
      findKnown(request.caller.name, idempotencyKey, hashOf(request, JSON.stringify(request.input ?? null))),
  };
}

/** JSON has no line breaks outside of texts, so that input and start cannot be confused. */
const hashOf = ({ workflow, start }: Pick<NewRun, 'workflow' | 'start'>, inputJson: string): string =>
  requestHashOf(workflow, start === undefined ? inputJson : `${inputJson}\n${start.asked}`);

function toCandidate(run: NewRun): Candidate {
  const id = uuidv7();
  const input = run.input ?? null;
  const inputJson = JSON.stringify(input);
  const requestHash = run.idempotencyKey === undefined ? undefined : hashOf(run, inputJson);
  return { ...run, id, input, inputJson, workflowId: workflowIdOf(run.workflow, id), requestHash };
}

const acceptedRun = ({ id, caller, workflow, input, workflowId, start }: Candidate, createdAt: Date): Run => ({
  id,
  workflow,
  status: 'pending',
  caller: caller.name,
  input,
  result: null,
  failure: null,
  problems: null,
  workflowId,
  temporalRunId: null,
  startsAt: start?.at ?? null,
  createdAt,
  updatedAt: createdAt,
  startedAt: null,
  endedAt: null,
  version: 0,
});

/**
 * Inserts runs with their keys and audit entries in one statement, which is one transaction. A run whose key exists is not inserted, unless
 * that key has expired. If another transaction is writing a key, the statement waits for it; the order of the keys prevents deadlocks.
 */
const insert = `
  WITH given AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::text[], $7::text[], $8::text[],
        $12::text[], $13::text[], $14::text[], $15::timestamptz[])
      AS given (id, workflow, input, workflow_id, leased, caller, key, request_hash, key_id, address, request_id, starts_at)
  ), kept AS (
    INSERT INTO idempotency_keys AS known (caller, key, request_hash, run_id, created_at)
    SELECT caller, key, request_hash, id, now() FROM given WHERE key IS NOT NULL ORDER BY caller, key
    ON CONFLICT (caller, key) DO UPDATE
      SET request_hash = excluded.request_hash, run_id = excluded.run_id, created_at = excluded.created_at
      WHERE known.created_at < now() - $11 * interval '1 millisecond'
    RETURNING run_id
  ), written AS (
    INSERT INTO runs (id, workflow, status, caller, input, workflow_id, leased_by, due_at, starts_at, created_at, updated_at)
    SELECT id, workflow, 'pending', caller, input::json, workflow_id,
      CASE WHEN leased THEN $9::uuid END, 
      CASE WHEN leased THEN now() + $10 * interval '1 millisecond' ELSE GREATEST(now(), starts_at) END, starts_at, now(), now()
    FROM given WHERE key IS NULL OR id IN (SELECT run_id FROM kept)
    RETURNING id, created_at
  ), audited AS (
    INSERT INTO audit_log (caller, key_id, action, workflow, run_id, address, request_id)
    SELECT caller, key_id, 'run-started', workflow, id, address, request_id FROM given WHERE id IN (SELECT id FROM written)
  )
  SELECT id, created_at FROM written`;

/** Characters of JSON per batch: a batch of many large inputs would delay all other callers. */
const maxBatchCharacters = 1_000_000;

/**
 * Runs that arrive at the same time share a commit.
 * @returns a function that inserts a run and returns its time of creation, or `undefined` if its key exists
 */
function prepareInsertRun(
  sequelize: Sequelize,
  options: AcceptOptions,
): (candidate: Candidate) => Promise<Date | undefined> {
  const insertAll = prepareStatement<{ id: string; created_at: Date }>(sequelize, 'accept-runs', insert);
  return batched(
    async (candidates: readonly Candidate[]) => {
      const column = <T>(read: (candidate: Candidate) => T) => candidates.map(read);
      const rows = await insertAll([
        column(({ id }) => id),
        column(({ workflow }) => workflow),
        column(({ inputJson }) => inputJson),
        column(({ workflowId }) => workflowId),
        column(({ leased }) => leased),
        column(({ caller }) => caller.name),
        column(({ idempotencyKey }) => idempotencyKey ?? null),
        column(({ requestHash }) => requestHash ?? null),
        options.owner,
        options.leaseMs,
        options.keyRetentionMs,
        column(({ caller }) => caller.origin.keyId ?? null),
        column(({ caller }) => caller.origin.address ?? null),
        column(({ caller }) => caller.origin.requestId ?? null),
        column(({ start }) => start?.at ?? null),
      ]);
      const written = new Map(rows.map((row) => [row.id, row.created_at]));
      return candidates.map(({ id }) => written.get(id));
    },
    {
      concurrency: 1,
      maxItems: 128,
      weightOf: ({ inputJson }) => inputJson.length,
      maxWeight: maxBatchCharacters,
      keyOf: ({ caller, idempotencyKey: key }) => (key === undefined ? undefined : JSON.stringify([caller.name, key])),
      isItemError: isDataError,
    },
  );
}
