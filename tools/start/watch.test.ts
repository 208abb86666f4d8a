import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { watchSources } from './watch.js';

/** A change that is never noticed would keep the test waiting for ever. */
async function tooLate(): Promise<never> {
  await delay(60_000, undefined, { ref: false });
  throw new Error('No change was noticed within a minute');
}

async function watchClone(t: ExecutionContext, folders: readonly string[] = []) {
  const root = mkdtempSync(join(tmpdir(), 'atlas-test-'));
  for (const folder of ['platform/api/routes', 'api', 'worker', 'workflows/greet', 'migrations', 'test', ...folders])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'platform/api/app.ts'), '');
  const end = new AbortController();
  const changes = await watchSources(root, end.signal);
  t.teardown(() => {
    end.abort();
    rmSync(root, { recursive: true, force: true });
  });
  const next = async () => {
    const { value } = await Promise.race([changes.next(), tooLate()]);
    return { files: [...value.files].sort(), apps: [...value.apps].sort(), migrations: value.migrations };
  };
  return { root, next, end, changes };
}

test('a change restarts the programs that run its folder', async (t) => {
  const { root, next } = await watchClone(t);
  writeFileSync(join(root, 'platform/api/app.ts'), '// changed');
  t.deepEqual(await next(), { files: ['platform/api/app.ts'], apps: ['api'], migrations: false });
  writeFileSync(join(root, 'workflows/greet/definition.ts'), '');
  t.deepEqual(await next(), { files: ['workflows/greet/definition.ts'], apps: ['api', 'worker'], migrations: false });
  writeFileSync(join(root, 'migrations/1-add.ts'), '');
  t.deepEqual(await next(), { files: ['migrations/1-add.ts'], apps: ['api', 'worker'], migrations: true });
});

test('a change in any other folder of the app restarts both', async (t) => {
  const folders = ['config', 'database', 'platform/settings', 'a-folder-of-the-team'];
  const { root, next } = await watchClone(t, folders);
  for (const folder of folders) {
    writeFileSync(join(root, folder, 'changed.ts'), '');
    t.deepEqual(await next(), { files: [`${folder}/changed.ts`], apps: ['api', 'worker'], migrations: false });
  }
});

test('notices a file that is saved by renaming another over it', async (t) => {
  const { root, next } = await watchClone(t);
  for (const text of ['1', '2', '3']) {
    writeFileSync(join(root, 'platform/api/app.ts~'), text);
    renameSync(join(root, 'platform/api/app.ts~'), join(root, 'platform/api/app.ts'));
    t.deepEqual((await next()).files, ['platform/api/app.ts']);
  }
});

test('notices files in new folders, and reports simultaneous changes together', async (t) => {
  const { root, next } = await watchClone(t);
  mkdirSync(join(root, 'worker/new/deep'), { recursive: true });
  writeFileSync(join(root, 'worker/new/deep/a.ts'), '');
  writeFileSync(join(root, 'platform/api/routes/b.ts'), '');
  t.deepEqual(await next(), {
    files: ['platform/api/routes/b.ts', 'worker/new/deep/a.ts'],
    apps: ['api', 'worker'],
    migrations: false,
  });
  writeFileSync(join(root, 'worker/new/deep/a.ts'), '1');
  t.deepEqual((await next()).files, ['worker/new/deep/a.ts']);
});

test('ignores tests, other files and other folders', async (t) => {
  const { root, next } = await watchClone(t);
  for (const file of ['api/app.test.ts', 'api/.app.ts.swp', 'test/page.ts', 'README.md'])
    writeFileSync(join(root, file), '1');
  writeFileSync(join(root, 'worker/main.ts'), '');
  t.deepEqual((await next()).files, ['worker/main.ts']);
});

test('ends when the signal aborts', async (t) => {
  const { changes, end } = await watchClone(t);
  const next = changes.next();
  end.abort();
  t.deepEqual(await next, { value: undefined, done: true });
});
