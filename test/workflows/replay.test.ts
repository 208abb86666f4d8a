import { DeterminismViolationError } from '@temporalio/workflow';
import test from 'ava';
import { replayHistory } from '../../platform/testing/support/replay.js';
import { allWays } from '../../tools/histories/all-ways.js';
import { adviceFor, unrecorded, withoutWay } from '../../tools/histories/plan.js';
import { workflows } from '../../workflows/index.js';
import { recordedHistories } from './histories.js';

const histories = recordedHistories();

for (const { name, workflow, workflowId, history } of histories) {
  // `name.2` is the second execution of a workflow that continued as new.
  const command = `npm run record:histories -- ${name.replace(/\.\d+$/, '')} --replace`;
  test(`replays ${name}`, async (t) => {
    await t.notThrowsAsync(
      replayHistory(history, workflowId),
      `Workflows that began on the old code would fail. Put the change of ${workflow} behind patched() (docs/workflows.md). ` +
        `If none is running anywhere: ${command}`,
    );
  });
}

test('every workflow and every way has a recorded history', async (t) => {
  const all = {
    ways: await allWays(),
    workflows: [...(await workflows.catalogue()).keys()],
    recordings: histories.map(({ name }) => name),
  };
  const never = withoutWay(all).filter((name) => !histories.some(({ workflow }) => workflow === name));
  const commands = unrecorded(all).map(({ recording }) => `npm run record:histories -- ${recording}`);
  t.deepEqual([...never.map(adviceFor), ...commands], []);
});

test('rejects a history that does not match the code', async (t) => {
  const recorded = histories.find(({ name }) => name === 'health-check-ok');
  const changed = JSON.parse(JSON.stringify(recorded?.history).replaceAll('checkPostgres', 'checkWeather')) as unknown;
  await t.throwsAsync(replayHistory(changed, 'health-check-changed'), { instanceOf: DeterminismViolationError });
});
