import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { cachedBundle } from './bundle-cache.js';
import { absent, stateAt } from './bundle-inputs.js';

function makeClone(t: ExecutionContext) {
  const root = mkdtempSync(join(tmpdir(), 'atlas-bundle-'));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  writeFileSync(join(root, 'source.ts'), 'one');
  return root;
}

/** The bundle of `source.ts` in a clone, whose import would resolve to `source.tsx` first. */
function bundler(root: string, { folder = join(root, 'cache'), mode = [] as unknown[] } = {}) {
  const source = join(root, 'source.ts');
  let builds = 0;
  const build = async () => {
    builds += 1;
    const inputs = new Map([
      [source, stateAt(source)],
      [`${source}x`, absent],
    ]);
    return { code: `bundle of\n${readFileSync(source, 'utf8')}`, inputs };
  };
  return {
    source,
    folder,
    bundle: () => cachedBundle({ folder, root, mode, build }),
    builds: () => builds,
    entry: () => join(folder, readdirSync(folder)[0] ?? ''),
  };
}

test('builds a bundle once while its inputs are unchanged', async (t) => {
  const { bundle, builds } = bundler(makeClone(t));
  t.is(await bundle(), 'bundle of\none');
  t.is(await bundle(), 'bundle of\none');
  t.is(builds(), 1);
});

test('replaces the bundle after a change of a source', async (t) => {
  const { source, folder, bundle } = bundler(makeClone(t));
  await bundle();
  writeFileSync(source, 'three');
  t.is(await bundle(), 'bundle of\nthree');
  t.is(readdirSync(folder).length, 1);
});

test('notices a change that keeps size and times of a source', async (t) => {
  const { source, bundle } = bundler(makeClone(t));
  utimesSync(source, 1, 1);
  await bundle();
  writeFileSync(source, 'two');
  utimesSync(source, 1, 1);
  t.is(await bundle(), 'bundle of\ntwo');
});

test('notices a new file at a path that was missing', async (t) => {
  const { source, bundle, builds } = bundler(makeClone(t));
  await bundle();
  writeFileSync(`${source}x`, '');
  await bundle();
  t.is(builds(), 2);
});

test('builds a bundle for a copied clone, with the copied cache and with a shared one', async (t) => {
  const [root, copy] = [makeClone(t), makeClone(t)];
  const original = bundler(root);
  await original.bundle();
  cpSync(root, copy, { recursive: true, preserveTimestamps: true });
  for (const folder of [join(copy, 'cache'), original.folder]) {
    const copied = bundler(copy, { folder });
    writeFileSync(copied.source, folder);
    t.is(await copied.bundle(), `bundle of\n${folder}`);
    t.is(await copied.bundle(), `bundle of\n${folder}`);
    t.is(copied.builds(), 1);
  }
  t.is(await original.bundle(), 'bundle of\none');
  t.is(original.builds(), 1);
});

test('keeps a bundle for each mode', async (t) => {
  const root = makeClone(t);
  const [first, second] = [bundler(root, { mode: ['production'] }), bundler(root, { mode: ['development'] })];
  for (const { bundle } of [first, second, first, second]) await bundle();
  t.deepEqual([first.builds(), second.builds()], [1, 1]);
});

test('rebuilds an entry that was changed or truncated', async (t) => {
  const { bundle, builds, entry } = bundler(makeClone(t));
  await bundle();
  const whole = readFileSync(entry(), 'utf8');
  const damages = [
    whole.slice(0, -1),
    '',
    whole.replace('bundle of', 'bundle oF'),
    whole.replace(/^[^\n]*/, '0'),
    'x',
    whole.replace(absent, 'folder'),
  ];
  for (const damaged of damages) {
    writeFileSync(entry(), damaged);
    t.is(await bundle(), 'bundle of\none', damaged);
  }
  t.is(builds(), 1 + damages.length);
});

test('looks again for a source that was deleted', async (t) => {
  const { source, bundle } = bundler(makeClone(t));
  await bundle();
  rmSync(source);
  await t.throwsAsync(bundle(), { code: 'ENOENT' });
});

test('uses the new bundle if it cannot be cached', async (t) => {
  const root = makeClone(t);
  // A file has the path of the folder.
  t.is(await bundler(root, { folder: join(root, 'source.ts') }).bundle(), 'bundle of\none');
});

test('leaves one entry after concurrent builds', async (t) => {
  const root = makeClone(t);
  const many = Array.from({ length: 20 }, () => bundler(root));
  t.deepEqual(new Set(await Promise.all(many.map(({ bundle }) => bundle()))), new Set(['bundle of\none']));
  t.is(readdirSync(join(root, 'cache')).length, 1);
});

test('waits for a build in another process, but not for one that has died', async (t) => {
  const root = makeClone(t);
  const { bundle, builds, entry, folder } = bundler(root);
  await bundle();
  const [file, content] = [entry(), readFileSync(entry(), 'utf8')];
  const mark = join(folder, `building-${basename(file)}`);
  rmSync(file);
  writeFileSync(mark, String(process.ppid));
  const waiting = bundle();
  writeFileSync(file, content);
  rmSync(mark);
  t.is(await waiting, 'bundle of\none');
  t.is(builds(), 1);
  rmSync(file);
  // Above the largest pid of any system.
  writeFileSync(mark, String(2 ** 30));
  await bundle();
  t.is(builds(), 2);
});

test('removes the oldest entries', async (t) => {
  const root = makeClone(t);
  const folder = join(root, 'cache');
  for (let mode = 0; mode < 12; mode += 1) await bundler(root, { folder, mode: [mode] }).bundle();
  t.is(readdirSync(folder).length, 8);
});
