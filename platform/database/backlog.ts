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

/** The pending runs in PostgreSQL. */
export function createBacklog(sequelize: Sequelize, { owner, leaseMs, workflows }: BacklogOptions): Backlog {
  const claim = prepareStatement<Run & { attempts: number }>(
    sequelize,
    'claim-pending',
    `UPDATE runs SET leased_by = $2, due_at = now() + $3 * interval '1 millisecond'
     WHERE id = ANY (ARRAY(
       SELECT id FROM runs WHERE status = 'pending' AND due_at <= now() AND workflow = ANY ($4::text[]) ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
     )) RETURNING ${runColumns}, start_attempts AS attempts`,
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
    `SELECT count(*)::integer AS count FROM (SELECT FROM runs WHERE status = 'pending' LIMIT $1) AS pending`,
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
