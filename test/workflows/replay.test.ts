import { DeterminismViolationError } from '@temporalio/workflow';
import test from 'ava';
import { recordedHistories } from '../../platform/testing/support/histories.js';
import { replayHistory } from '../../platform/testing/support/replay.js';
import { workflows } from '../../workflows/index.js';

const histories = recordedHistories();

for (const { name, recording, workflow, workflowId, history } of histories) {
  test(`replays ${name}`, async (t) => {
    await t.notThrowsAsync(
      replayHistory(history, workflowId),
      `Workflows that began on the old code would fail. Put the change of ${workflow} behind patched() (docs/workflows.md). ` +
        `If none is running anywhere: npm run record:histories -- ${recording} --replace`,
    );
  });
}

test('every workflow has a recorded history', async (t) => {
  const missing = [...(await workflows.catalogue()).keys()].filter(
    (name) => !histories.some(({ workflow }) => workflow === name),
  );
  t.deepEqual(
    missing.map((name) => `call recordHistory in test/workflows/${name}.test.ts; npm run record:histories -- ${name}`),
    [],
  );
});

test('rejects a history that does not match the code', async (t) => {
  const recorded = histories.find(({ name }) => name === 'health-check-ok');
  const changed = JSON.parse(JSON.stringify(recorded?.history).replaceAll('checkPostgres', 'checkWeather')) as unknown;
  await t.throwsAsync(replayHistory(changed, 'health-check-changed'), { instanceOf: DeterminismViolationError });
});
