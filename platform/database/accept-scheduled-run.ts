import { createHash, randomUUID } from 'node:crypto';
import type { Sequelize } from 'sequelize';
import { v7 as uuidv7 } from 'uuid';
import { workflowIdOf } from '../runs/workflow-id.js';
import { translateErrors } from './errors.js';
import { prepareStatement } from './statement.js';

export interface ScheduledRunRow {
  readonly caller: string;
  readonly workflow: string;
  readonly input: unknown;
  /** The id of the run derives from these two. */
  readonly scheduledBy: string;
  readonly acceptedAt: Date;
}

/** The run and its audit entry, in one transaction. */
const insert = `
  WITH written AS (
    INSERT INTO runs (id, workflow, status, caller, input, workflow_id, leased_by, due_at, created_at, updated_at)
    VALUES ($1::uuid, $2, 'pending', $3, $4::json, $5, $6::uuid, now() + $7 * interval '1 millisecond', $8::timestamptz, now())
    ON CONFLICT (id) DO NOTHING RETURNING id
  )
  INSERT INTO audit_log (caller, action, workflow, run_id) SELECT $3, 'run-started', $2, id FROM written`;

/**
 * @param leaseMs - time for the schedule's action to start the workflow; afterwards any API process does, in milliseconds
 * @returns a function that writes the run of a schedule, once however often it is called
 */
export function prepareAcceptScheduledRun(sequelize: Sequelize, leaseMs: number) {
  const statement = prepareStatement(sequelize, 'accept-scheduled-run', insert);
  const { accept } = translateErrors({
    async accept({ caller, workflow, input, scheduledBy, acceptedAt }: ScheduledRunRow) {
      const runId = runIdFor(scheduledBy, acceptedAt);
      const workflowId = workflowIdOf(workflow, runId);
      const json = JSON.stringify(input ?? null);
      await statement([runId, workflow, caller, json, workflowId, randomUUID(), leaseMs, acceptedAt]);
      return { runId, workflowId };
    },
  });
  return accept;
}

/** A UUID v7, because lists are ordered by id, with a hash in place of the random part. */
const runIdFor = (scheduledBy: string, acceptedAt: Date): string =>
  uuidv7({ msecs: acceptedAt.getTime(), random: createHash('sha256').update(scheduledBy).digest().subarray(0, 16) });
