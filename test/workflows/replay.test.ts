import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import test from 'ava';
import { catalogue } from '../../workflows/catalogue.js';
import '../../platform/testing/support/runtime.js';
import { serverVariable } from '../../platform/testing/support/servers.js';
import { recordedHistories } from './histories.js';

const histories = recordedHistories();
const replay = (history: unknown, workflowId: string) =>
  Worker.runReplayHistory({ workflowBundle: { codePath: serverVariable('TEST_PRODUCT_BUNDLE') } }, history, workflowId);

for (const { name, workflowId, history } of histories) {
  test(`replays ${name}`, async (t) => {
    await t.notThrowsAsync(replay(history, workflowId));
  });
}

test('every workflow has a recorded history', (t) => {
  for (const workflow of catalogue.keys())
    t.true(
      histories.some(({ name }) => name.startsWith(`${workflow}-`)),
      workflow,
    );
});

test('rejects a history that does not match the code', async (t) => {
  const recorded = histories.find(({ name }) => name === 'health-check-ok');
  const changed = JSON.parse(JSON.stringify(recorded?.history).replaceAll('checkPostgres', 'checkWeather')) as unknown;
  await t.throwsAsync(replay(changed, 'health-check-changed'), { instanceOf: DeterminismViolationError });
});
