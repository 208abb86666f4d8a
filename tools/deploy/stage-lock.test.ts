import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { lockStage } from './stage-lock.js';

function stageIn(t: ExecutionContext) {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-lock-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return { name: 'dev', folder };
}

test('rejects a second command until the first has ended', async (t) => {
  const stage = stageIn(t);
  const release = await lockStage(stage, 'deploy');
  const message = new RegExp(`npm run deploy \\(process ${process.pid}, since .*\\) is working on the stage dev`);
  await t.throwsAsync(lockStage(stage, 'destroy'), { code: 'stage-busy', message });
  release();
  (await lockStage(stage, 'destroy'))();
  t.false(existsSync(join(stage.folder, 'lock.json')));
});

test('stages have separate locks', async (t) => {
  const releases = [await lockStage(stageIn(t), 'deploy'), await lockStage(stageIn(t), 'deploy')];
  t.notThrows(() => {
    for (const release of releases) release();
  });
});
