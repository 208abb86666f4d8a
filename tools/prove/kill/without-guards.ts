import { randomUUID } from 'node:crypto';
import type { Sequelize } from 'sequelize';
import { product } from '../../../config/product.js';
import { createDatabase } from '../../../platform/database/connection.js';
import type { RunParts } from '../../../platform/runs/durable-runs.js';
import type { RunsRepository, Transition } from '../../../platform/runs/run.js';
import type { Settings } from '../../../platform/settings/settings.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { createWorkflowEngine } from '../../../platform/temporal/workflow-engine.js';
import type { Guard } from './guards.js';

/** Removes a guard from an API process. The guard of effects is in the table of effects instead. */
const removals: Readonly<Record<Guard, (parts: RunParts, settings: Settings) => RunParts>> = {
  lease: (parts) => ({ ...parts, backlog: { ...parts.backlog, claimPending: async () => [] } }),

  'reuse-policy': (parts, settings) => {
    const client = createTemporalClient(settings);
    const start = client.workflow.start.bind(client.workflow);
    const permissive: typeof start = (type, options) =>
      start(type, { ...options, workflowIdReusePolicy: 'ALLOW_DUPLICATE' });
    Object.assign(client.workflow, { start: permissive });
    const engine = createWorkflowEngine(client, {
      taskQueues: product.taskQueues,
      timeoutMs: settings.TEMPORAL_CALL_TIMEOUT_MS,
    });
    return { ...parts, engine: { ...parts.engine, start: engine.start } };
  },

  'unique-key': (parts) => ({
    ...parts,
    repository: {
      ...parts.repository,
      accept: (run) => parts.repository.accept({ ...run, idempotencyKey: run.idempotencyKey && randomUUID() }),
    },
  }),

  'effect-key': (parts) => parts,

  'compare-and-set': (parts, settings) => ({ ...parts, repository: withoutCompareAndSet(parts.repository, settings) }),

  reconciler: (parts) => ({
    ...parts,
    openRuns: { ...parts.openRuns, claimToCheck: async () => [] },
    engine: { ...parts.engine, endedFromOutside: async () => ({ ended: [], next: undefined }) },
  }),
};

export const withoutGuard = (guard: Guard | undefined, parts: RunParts, settings: Settings): RunParts =>
  guard === undefined ? parts : removals[guard](parts, settings);

/** A repository in which the last writer wins. */
export function withoutCompareAndSet<R extends Pick<RunsRepository, 'find' | 'transition'>>(
  repository: R,
  settings: Settings,
): R {
  const sequelize = createDatabase(settings);
  return {
    ...repository,
    async transition(id, transition) {
      await overwrite(sequelize, id, transition);
      return repository.find(id);
    },
  } satisfies Pick<RunsRepository, 'transition'> & R;
}

/** Writes a status and its fields, whatever the current status is. */
async function overwrite(sequelize: Sequelize, id: string, transition: Transition): Promise<void> {
  const started = transition.to === 'running' ? transition : transition.started;
  await sequelize.query(
    `UPDATE runs SET status = $2, result = $3::json, failure = $4::json, ended_at = $5::timestamptz,
       temporal_run_id = COALESCE(temporal_run_id, $6), started_at = COALESCE(started_at, $7::timestamptz),
       leased_by = NULL, version = version + 1
     WHERE id = $1`,
    {
      bind: [
        id,
        transition.to,
        transition.to === 'completed' ? JSON.stringify(transition.result) : null,
        'failure' in transition ? JSON.stringify(transition.failure) : null,
        'endedAt' in transition ? transition.endedAt : null,
        started?.temporalRunId ?? null,
        started?.startedAt ?? null,
      ],
    },
  );
}
