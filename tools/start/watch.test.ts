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

async function watchClone(t: ExecutionContext, first: readonly string[] = []) {
  const parent = mkdtempSync(join(tmpdir(), 'atlas-test-'));
  const root = join(parent, 'clone');
  for (const folder of ['platform/api/routes', 'api', 'worker', 'test', 'docs', 'node_modules/a', '../shared'])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'platform/api/app.ts'), '');
  const end = new AbortController();
  const watcher = await watchSources(root, first, end.signal, (error) => t.fail(error.message));
  t.teardown(() => {
    end.abort();
    rmSync(parent, { recursive: true, force: true });
  });
  const next = async () => {
    const { value } = await Promise.race([watcher.changes.next(), tooLate()]);
    return [...value].sort();
  };
  return {
    root,
    next,
    end,
    changes: watcher.changes,
    add: watcher.add,
    save: (file: string) => writeFileSync(join(root, file), `${performance.now()}`),
  };
}

test('notices a file that is saved by renaming another over it', async (t) => {
  const { root, next } = await watchClone(t);
  for (const text of ['1', '2', '3']) {
    writeFileSync(join(root, 'platform/api/.app.ts~'), text);
    renameSync(join(root, 'platform/api/.app.ts~'), join(root, 'platform/api/app.ts'));
    t.deepEqual(await next(), ['platform/api/app.ts']);
  }
});

test('notices files in new folders, and reports simultaneous changes together', async (t) => {
  const { root, next, save } = await watchClone(t);
  mkdirSync(join(root, 'worker/new/deep'), { recursive: true });
  save('worker/new/deep/a.ts');
  save('platform/api/routes/b.ts');
  t.deepEqual(await next(), ['platform/api/routes/b.ts', 'worker/new/deep/a.ts']);
  save('worker/new/deep/a.ts');
  t.deepEqual(await next(), ['worker/new/deep/a.ts']);
});

test('ignores tests, hidden files and other folders', async (t) => {
  const { next, save } = await watchClone(t);
  for (const file of ['api/app.test.ts', 'api/.app.ts.swp', 'test/page.ts', '.env', 'docs/openapi.json']) save(file);
  save('worker/main.ts');
  t.deepEqual(await next(), ['worker/main.ts']);
});

test('notices added files wherever they are, and an added file that does not exist yet', async (t) => {
  const { next, save, add } = await watchClone(t);
  const files = ['../shared/rates.ts', 'docs/openapi.json', 'node_modules/.package-lock.json'];
  for (const file of files) save(file);
  add([...files, '.env']);
  for (const file of ['.env', ...files]) {
    // The watch of an added file begins a moment later.
    const saving = setInterval(() => save(file), 50);
    const noticed = await next().finally(() => clearInterval(saving));
    t.true(noticed.includes(file), `${noticed}`);
  }
});

test('ends when the signal aborts', async (t) => {
  const { changes, end } = await watchClone(t);
  const next = changes.next();
  end.abort();
  t.deepEqual(await next, { value: undefined, done: true });
});

test('notices the first change of a given file, even if the file did not exist', async (t) => {
  const { next, save } = await watchClone(t, ['.env', 'docs/guide.md', 'package.json']);
  save('.env');
  save('package.json');
  t.deepEqual(await next(), ['.env', 'package.json']);
});
