import type { Sequelize } from 'sequelize';
import { v7 as uuidv7 } from 'uuid';
import { IdempotencyKeyReused } from '../errors/runs.js';
import type { NewRun, Run, RunsRepository } from '../runs/run.js';
import { workflowIdOf } from '../runs/workflow-id.js';
import { type AcceptOptions, type Candidate, prepareInsertRun } from './insert-runs.js';
import { requestHashOf } from './request-keys.js';
import { runColumns } from './run-columns.js';
import { prepareStatement } from './statement.js';

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
      const { caller, key, requestHash } = candidate;
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        const createdAt = await insert(candidate);
        if (createdAt) return { run: acceptedRun(candidate, createdAt), repeated: false };
        const run = key === undefined ? undefined : await findKnown(caller.name, key, requestHash);
        if (run) return { run, repeated: true };
      }
      throw new Error(`An idempotency key existed on insert but not on select, ${maxAttempts} times in a row`);
    },

    findAccepted: ({ caller, workflow, input, idempotencyKey }) =>
      findKnown(caller.name, idempotencyKey, requestHashOf(workflow, JSON.stringify(input ?? null))),
  };
}

function toCandidate({ caller, workflow, input, idempotencyKey: key, leased }: NewRun): Candidate {
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
