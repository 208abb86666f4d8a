import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { lockStage } from './stage-lock.js';

function stageIn(t: ExecutionContext) {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-lock-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return { name: 'dev', folder };
}

test('a second command is told of the first, until that has ended', (t) => {
  const stage = stageIn(t);
  const release = lockStage(stage, 'deploy');
  const message = new RegExp(`npm run deploy \\(process ${process.pid}, since .*\\) is at work on the stage dev`);
  t.throws(() => lockStage(stage, 'destroy'), { code: 'stage-busy', message });
  release();
  lockStage(stage, 'destroy')();
  t.false(existsSync(join(stage.folder, 'lock.json')));
});

test('stages do not wait for each other', (t) => {
  const releases = [stageIn(t), stageIn(t)].map((stage) => lockStage(stage, 'deploy'));
  t.notThrows(() => {
    for (const release of releases) release();
  });
});

test('what a killed process left does not stand in the way', (t) => {
  const stage = stageIn(t);
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(join(stage.folder, 'lock.json'), JSON.stringify({ command: 'deploy', pid, since: 'then' }));
  lockStage(stage, 'deploy')();
  writeFileSync(join(stage.folder, 'lock.json'), '{"comm');
  lockStage(stage, 'deploy')();
  t.false(existsSync(join(stage.folder, 'lock.json')));
});

test('nor does another process that has got its pid', (t) => {
  const stage = stageIn(t);
  const holder = { command: 'deploy', pid: process.pid, identity: 'of an earlier process', since: 'then' };
  writeFileSync(join(stage.folder, 'lock.json'), JSON.stringify(holder));
  lockStage(stage, 'deploy')();
  t.false(existsSync(join(stage.folder, 'lock.json')));
});
