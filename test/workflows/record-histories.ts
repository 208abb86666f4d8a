/**
 * Runs every way through the workflows on a real server and writes their histories, which `replay.test.ts` then replays against the
 * code as it is. Run it with `npm run record:histories` when a workflow was changed on purpose and no run of the old code is left;
 * until then, keep the old histories and put the change behind `patched()`.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Activities } from '../../activities/index.js';
import type { PlatformActivities } from '../../platform/activities/index.js';
import { continueWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { createTestTemporal } from '../../platform/testing/support/temporal.js';
import type { WorkflowDefinition } from '../../platform/workflows/define.js';
import { healthCheck } from '../../platform/workflows/health-check/definition.js';
import { approval } from '../../workflows/approval/definition.js';
import { greet } from '../../workflows/greet/definition.js';
import { historiesFolder } from './histories.js';

interface Way {
  readonly definition: WorkflowDefinition;
  readonly input: unknown;
  /** What is done to the workflow once it runs. */
  readonly meanwhile?: (workflowId: string) => Promise<unknown>;
}

continueWhenOutputCloses();
const temporal = await createTestTemporal('product');
const decide = (decision: string) => (workflowId: string) =>
  temporal.operations.update(workflowId, 'decide', { decision, decidedBy: 'ada' });
const waiting = { subject: 'a holiday', deadline: '1 hour', remindEvery: '1 minute' };

const ways: Readonly<Record<string, Way>> = {
  'greet-completed': { definition: greet, input: { name: 'Ada' } },
  'health-check-ok': { definition: healthCheck, input: {} },
  'approval-approved': { definition: approval, input: waiting, meanwhile: decide('approved') },
  'approval-rejected': { definition: approval, input: waiting, meanwhile: decide('rejected') },
  'approval-expired-after-a-reminder': {
    definition: approval,
    input: { ...waiting, deadline: '1500 ms', remindEvery: '1 s' },
  },
  'approval-cancelled': {
    definition: approval,
    input: waiting,
    meanwhile: async (workflowId) => {
      await temporal.operations.query(workflowId, 'state');
      await temporal.operations.cancel(workflowId);
    },
  },
};

const ok = async () => ({ state: 'ok' as const, latencyMs: 1 });
const activities: Partial<Activities & PlatformActivities> = {
  composeGreeting: async ({ name }) => `Good morning, ${name}!`,
  recordDecision: async () => {},
  sendReminder: async () => {},
  checkPostgres: ok,
  checkTemporal: ok,
  checkWorker: ok,
};

/** Who recorded it says nothing about the workflow. */
const anonymous = (key: string, value: unknown) => (key === 'identity' ? 'recorded' : value);

try {
  await temporal.startWorkers(activities);
  mkdirSync(historiesFolder, { recursive: true });
  for (const [name, { definition, input, meanwhile }] of Object.entries(ways)) {
    const workflowId = `${definition.name}-${randomUUID()}`;
    await temporal.operations.start(definition, { workflowId, input });
    await meanwhile?.(workflowId);
    if (!(await temporal.operations.result(workflowId, 20_000))) throw new Error(`${name} did not end`);
    const history = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
    const json = JSON.parse(historyToJSON(history)) as unknown;
    writeFileSync(join(historiesFolder, `${name}.json`), `${JSON.stringify(json, anonymous, 2)}\n`);
    process.stdout.write(`${name}\n`);
  }
} finally {
  await temporal.close();
}
