import { setTimeout as delay } from 'node:timers/promises';
import { createRateMeter } from './rate-meter.js';
import { createTokenBucket } from './token-bucket.js';
import type { WorkflowEngine } from './workflow-engine.js';

/** Temporal allows ten lists per second and namespace by default; other processes, the UI and `temporal` share them. */
const listsPerSecond = 2;

/** The calls of the reconciler to Temporal. */
export type ReconcilerEngine = Pick<WorkflowEngine, 'describe' | 'result' | 'listRunning' | 'endedFromOutside'>;

/** Measures the rate of the reconciler's calls, and delays calls so that there are at most `perSecond`, and at most 2 lists, per second. */
export function createReconcilerEngine(engine: ReconcilerEngine, perSecond: number) {
  const calls = createTokenBucket(perSecond);
  const lists = createTokenBucket(Math.min(listsPerSecond, perSecond));
  const meter = createRateMeter();

  async function take(...buckets: readonly (typeof calls)[]): Promise<void> {
    const waitMs = () => Math.max(...buckets.map((bucket) => bucket.untilAvailableMs()));
    for (let ms = waitMs(); ms > 0; ms = waitMs()) await delay(ms);
    for (const bucket of buckets) bucket.spend(1);
    meter.count();
  }

  const limited: ReconcilerEngine = {
    async describe(workflowId) {
      await take(calls);
      return engine.describe(workflowId);
    },
    async result(...args) {
      await take(calls);
      return engine.result(...args);
    },
    async listRunning(workflowIds) {
      await take(calls, lists);
      return engine.listRunning(workflowIds);
    },
    async endedFromOutside(...args) {
      await take(calls, lists);
      return engine.endedFromOutside(...args);
    },
  };
  return { engine: limited, load: { callsPerSecond: meter.perSecond, limit: perSecond } };
}

/** How often this process calls Temporal to reconcile runs, averaged over the last minute, and its limit. */
export type ReconcilerLoad = ReturnType<typeof createReconcilerEngine>['load'];
