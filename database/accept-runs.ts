import { createHash } from 'node:crypto';
import type { Sequelize } from 'sequelize';
import { v7 as uuidv7 } from 'uuid';
import { IdempotencyKeyReused } from '../errors/runs.js';
import type { IdempotencyKey, NewRun, Run, RunsRepository } from '../runs/run.js';
import { workflowIdOf } from '../runs/workflow-id.js';
import { isDataFault } from './errors.js';
import { inGroups } from './in-groups.js';
import { type RunRow, runColumns, runOf } from './run-row.js';
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
  readonly workflow: string;
  readonly input: unknown;
  readonly inputJson: string;
  readonly workflowId: string;
  readonly leased: boolean;
  readonly idempotency: IdempotencyKey | undefined;
  readonly requestHash: string | undefined;
}

/**
 * Runs and their keys in one statement, which is one transaction. A key that is there already keeps its run from being written,
 * unless it is too old to count; one that another transaction is writing is waited for, by all in the same order.
 */
const insert = `
  WITH given AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::text[], $7::text[], $8::text[])
      AS given (id, workflow, input, workflow_id, leased, caller, key, request_hash)
  ), kept AS (
    INSERT INTO idempotency_keys AS known (caller, key, request_hash, run_id, created_at)
    SELECT caller, key, request_hash, id, now() FROM given WHERE key IS NOT NULL ORDER BY caller, key
    ON CONFLICT (caller, key) DO UPDATE
      SET request_hash = excluded.request_hash, run_id = excluded.run_id, created_at = excluded.created_at
      WHERE known.created_at < now() - $11 * interval '1 millisecond'
    RETURNING run_id
  )
  INSERT INTO runs (id, workflow, status, input, workflow_id, leased_by, due_at, created_at, updated_at)
  SELECT id, workflow, 'pending', input::json, workflow_id,
    CASE WHEN leased THEN $9::uuid END, CASE WHEN leased THEN now() + $10 * interval '1 millisecond' ELSE now() END, now(), now()
  FROM given WHERE key IS NULL OR id IN (SELECT run_id FROM kept)
  RETURNING id, created_at`;

const findByKey = `
  SELECT known.request_hash, ${runColumns('runs.')}
  FROM idempotency_keys AS known JOIN runs ON runs.id = known.run_id
  WHERE known.caller = $1 AND known.key = $2 AND known.created_at >= now() - $3 * interval '1 millisecond'`;

/** One group of many large inputs would keep all others waiting; in characters of JSON. */
const heaviestGroup = 1_000_000;
/** A key may be purged between the write that it hindered and the look at its run. */
const maxAttempts = 3;

/** `accept` and `findAccepted` of the repository: see there. */
export function createAccept(
  sequelize: Sequelize,
  options: AcceptOptions,
): Pick<RunsRepository, 'accept' | 'findAccepted'> {
  const insertAll = prepareStatement<Pick<RunRow, 'id' | 'created_at'>>(sequelize, 'accept-runs', insert);
  const byKey = prepareStatement<RunRow & { request_hash: string }>(sequelize, 'find-run-by-key', findByKey);

  const write = inGroups(
    async (candidates: readonly Candidate[]) => {
      const column = <T>(read: (candidate: Candidate) => T) => candidates.map(read);
      const rows = await insertAll([
        column(({ id }) => id),
        column(({ workflow }) => workflow),
        column(({ inputJson }) => inputJson),
        column(({ workflowId }) => workflowId),
        column(({ leased }) => leased),
        column(({ idempotency }) => idempotency?.caller ?? null),
        column(({ idempotency }) => idempotency?.key ?? null),
        column(({ requestHash }) => requestHash ?? null),
        options.owner,
        options.leaseMs,
        options.keyRetentionMs,
      ]);
      const written = new Map(rows.map((row) => [row.id, row.created_at]));
      return candidates.map(({ id }) => written.get(id));
    },
    {
      atATime: 1,
      largest: 128,
      weightOf: ({ inputJson }) => inputJson.length,
      heaviest: heaviestGroup,
      nameOf: ({ idempotency }) => idempotency && JSON.stringify([idempotency.caller, idempotency.key]),
      isOnesFault: isDataFault,
    },
  );

  async function findKnown({ caller, key }: IdempotencyKey, requestHash: string | undefined): Promise<Run | undefined> {
    const [known] = await byKey([caller, key, options.keyRetentionMs]);
    if (known && known.request_hash !== requestHash) throw new IdempotencyKeyReused(key);
    return known && runOf(known);
  }

  return {
    async accept(given) {
      const candidate = candidateOf(given);
      const { idempotency, requestHash } = candidate;
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        const createdAt = await write(candidate);
        if (createdAt) return { run: acceptedRun(candidate, createdAt), repeated: false };
        const run = idempotency && (await findKnown(idempotency, requestHash));
        if (run) return { run, repeated: true };
      }
      throw new Error('A key was there and gone each time it was looked at');
    },

    findAccepted: ({ workflow, input, idempotency }) =>
      findKnown(idempotency, requestHashOf(workflow, JSON.stringify(input ?? null))),
  };
}

function candidateOf({ workflow, input, idempotency, leased }: NewRun): Candidate {
  const id = uuidv7();
  const inputJson = JSON.stringify(input ?? null);
  return {
    id,
    workflow,
    input: input ?? null,
    inputJson,
    workflowId: workflowIdOf(workflow, id),
    leased,
    idempotency,
    requestHash: idempotency && requestHashOf(workflow, inputJson),
  };
}

const requestHashOf = (workflow: string, inputJson: string): string =>
  createHash('sha256').update(`${workflow}\n${inputJson}`).digest('hex');

const acceptedRun = ({ id, workflow, input, workflowId }: Candidate, createdAt: Date): Run => ({
  id,
  workflow,
  status: 'pending',
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
