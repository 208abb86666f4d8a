import { setTimeout as delay } from 'node:timers/promises';
import { product } from '../../../config/product.js';
import { readSettings } from '../../../platform/settings/settings.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { namespace } from './servers.js';
import { threeEffects } from './three-effects/definition.js';

/** Counts the workflows of the test in Temporal's visibility store, which lags behind. */
export interface TemporalCount {
  /** Number of all executions and of open ones. */
  count(): Promise<{ readonly total: number; readonly open: number }>;
  /** Number of executions per workflow id. */
  byWorkflowId(): Promise<ReadonlyMap<string, number>>;
  close(): Promise<void>;
}

/** Timeout for a restarted or busy server, in milliseconds. */
const patienceMs = 60_000;
const callMs = 10_000;
const pauseMs = 300;

export function openTemporalCount(port: number): TemporalCount {
  const { settings } = readSettings(product, {
    POSTGRES_PASSWORD: 'not-used',
    TEMPORAL_ADDRESS: `127.0.0.1:${port}`,
    TEMPORAL_NAMESPACE: namespace,
  });
  const client = createTemporalClient(settings);
  const query = `WorkflowType = '${threeEffects.name}'`;

  async function patiently<T>(call: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      try {
        return await client.connection.withDeadline(Date.now() + callMs, call);
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await delay(pauseMs);
      }
    }
  }

  return {
    count: () =>
      patiently(async () => {
        const [total, open] = await Promise.all([
          client.workflow.count(query),
          client.workflow.count(`${query} AND ExecutionStatus = 'Running'`),
        ]);
        return { total: total.count, open: open.count };
      }),
    byWorkflowId: () =>
      patiently(async () => {
        const found = new Map<string, number>();
        for await (const { workflowId } of client.workflow.list({ query, pageSize: 200 }))
          found.set(workflowId, (found.get(workflowId) ?? 0) + 1);
        return found;
      }),
    close: () => client.connection.close(),
  };
}
