/**
 * `npm run record:histories`: runs every way through the workflows on a real server and writes the histories, which `replay.test.ts`
 * replays with the current code. Run it after an intended change of a workflow, when no run of the old code is left. Until then, keep
 * the old histories and put the change behind `patched()`.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { PlatformActivities } from '../../platform/activities/index.js';
import { continueWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { createTestTemporal } from '../../platform/testing/support/temporal.js';
import { healthCheck } from '../../platform/workflows/health-check/definition.js';
import { historiesFolder } from './histories.js';
import type { Way } from './way.js';
import { activities, ways } from './ways.js';

continueWhenOutputCloses();
const temporal = await createTestTemporal('product');

const all: Readonly<Record<string, Way>> = { ...ways, 'health-check-ok': { definition: healthCheck, input: {} } };

const ok = async () => ({ state: 'ok' as const, latencyMs: 1 });
const checks: Partial<PlatformActivities> = { checkPostgres: ok, checkTemporal: ok, checkWorker: ok };

/** The identity of the recording process does not matter. */
const anonymous = (key: string, value: unknown) => (key === 'identity' ? 'recorded' : value);

try {
  await temporal.startWorkers({ ...activities, ...checks });
  mkdirSync(historiesFolder, { recursive: true });
  for (const [name, { definition, input, meanwhile }] of Object.entries(all)) {
    const workflowId = `${definition.name}-${randomUUID()}`;
    await temporal.engine.start(definition, { workflowId, input });
    await meanwhile?.(workflowId, temporal.engine);
    if (!(await temporal.engine.result(workflowId, 20_000))) throw new Error(`${name} did not end`);
    const history = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
    const json = JSON.parse(historyToJSON(history)) as unknown;
    writeFileSync(join(historiesFolder, `${name}.json`), `${JSON.stringify(json, anonymous, 2)}\n`);
    process.stdout.write(`${name}\n`);
  }
} finally {
  await temporal.close();
}
