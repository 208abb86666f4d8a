import type { Sequelize } from 'sequelize';
import type { Backlog, Run } from '../runs/run.js';
import { translateErrors } from './errors.js';
import { runColumns } from './run-columns.js';
import { prepareStatement } from './statement.js';

export interface BacklogOptions {
  /** UUID of this process, the owner of its leases. */
  readonly owner: string;
  readonly leaseMs: number;
  /** Workflows that this process can start: during a deployment, processes of the old version leave new workflows to the new version. */
  readonly workflows: readonly string[];
}

const isClaimable = "status = 'pending' AND due_at <= now() AND workflow = ANY ($4::text[])";

/** The pending runs in PostgreSQL. Delayed runs that are due come first: their callers expect a time. */
export function createBacklog(sequelize: Sequelize, { owner, leaseMs, workflows }: BacklogOptions): Backlog {
  const claim = prepareStatement<Run & { attempts: number }>(
    sequelize,
    'claim-pending',
    `WITH delayed AS MATERIALIZED (
       SELECT id FROM runs WHERE starts_at <= now() AND ${isClaimable} ORDER BY starts_at LIMIT $1 FOR UPDATE SKIP LOCKED
     ), others AS MATERIALIZED (
       SELECT id FROM runs WHERE starts_at IS NULL AND ${isClaimable} ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
     )
     UPDATE runs SET leased_by = $2, due_at = now() + $3 * interval '1 millisecond'
     WHERE id = ANY (ARRAY(SELECT id FROM delayed UNION ALL SELECT id FROM others LIMIT $1))
     RETURNING ${runColumns}, start_attempts AS attempts`,
  );
  // Another process that has taken over the run keeps it.
  const release = prepareStatement(
    sequelize,
    'release-run',
    `UPDATE runs SET leased_by = NULL, start_attempts = start_attempts + 1, due_at = now() + $3 * interval '1 millisecond'
     WHERE id = $1 AND status = 'pending' AND leased_by = $2`,
  );
  const count = prepareStatement<{ count: number }>(
    sequelize,
    'count-pending',
    `SELECT LEAST($1, count(*))::integer AS count FROM (
       (SELECT FROM runs WHERE status = 'pending' AND starts_at IS NULL LIMIT $1)
       UNION ALL
       (SELECT FROM runs WHERE status = 'pending' AND starts_at <= now() LIMIT $1)
     ) AS pending`,
  );
  return translateErrors<Backlog>({
    async claimPending(limit) {
      const rows = await claim([limit, owner, leaseMs, workflows]);
      // UPDATE … RETURNING does not order its rows.
      return rows.map(({ attempts, ...run }) => ({ run, attempts })).toSorted((a, b) => (a.run.id < b.run.id ? -1 : 1));
    },
    async release(id, dueInMs) {
      await release([id, owner, Math.round(dueInMs)]);
    },
    countPending: async (limit) => (await count([limit]))[0]?.count ?? 0,
  });
}
