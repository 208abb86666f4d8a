import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { cachedBundle } from './bundle-cache.js';

function setUp(t: ExecutionContext) {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-bundle-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const [source, cache] = [join(folder, 'source.ts'), join(folder, 'cache')];
  writeFileSync(source, 'one');
  utimesSync(source, 1, 1);
  let builds = 0;
  const build = async () => {
    builds += 1;
    return { code: `bundle of ${readFileSync(source, 'utf8')}`, files: [source] };
  };
  const bundle = async () => {
    const made = await cachedBundle(cache, build);
    if (!('codePath' in made)) throw new Error('the bundle was not kept');
    return made.codePath;
  };
  return { source, cache, build, bundle, builds: () => builds };
}

test('a bundle is made once while its sources stay as they are', async (t) => {
  const { bundle, builds } = setUp(t);
  const [first, second] = [await bundle(), await bundle()];
  t.is(first, second);
  t.is(readFileSync(first, 'utf8'), 'bundle of one');
  t.is(builds(), 1);
});

test('a source that has changed makes a new one, and the old one goes', async (t) => {
  const { source, cache, bundle, builds } = setUp(t);
  await bundle();
  writeFileSync(source, 'two');
  utimesSync(source, 2, 2);
  t.is(readFileSync(await bundle(), 'utf8'), 'bundle of two');
  t.is(builds(), 2);
  t.is(readdirSync(cache).length, 2);
});

test('a bundle whose source was saved while it was made is not kept', async (t) => {
  const { source, cache, build } = setUp(t);
  const saving = async () => {
    const built = await build();
    utimesSync(source, new Date(), new Date(Date.now() + 1_000));
    return built;
  };
  t.deepEqual(await cachedBundle(cache, saving), { code: 'bundle of one' });
});

test('a source that is gone is looked for again', async (t) => {
  const { source, bundle } = setUp(t);
  await bundle();
  rmSync(source);
  await t.throwsAsync(bundle(), { code: 'ENOENT' });
});

test('where nothing can be kept, the bundle is used as it was made', async (t) => {
  const { source, build } = setUp(t);
  // A file stands where the folder would be.
  t.deepEqual(await cachedBundle(source, build), { code: 'bundle of one' });
});

test('a cache that was damaged is made anew', async (t) => {
  const { cache, bundle, builds } = setUp(t);
  rmSync(await bundle());
  await bundle();
  writeFileSync(join(cache, 'workflow-bundle.json'), '{"bun');
  t.is(readFileSync(await bundle(), 'utf8'), 'bundle of one');
  t.is(builds(), 3);
});
