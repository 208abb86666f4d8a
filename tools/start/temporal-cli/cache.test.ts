import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { cacheEntryFolder, platformName, putIntoCache, readCacheEntry, withTemporaryFolder } from './cache.js';
import { temporaryFolder } from './testing/fixture.js';
import { pinnedVersion } from './version.js';

async function emptyCache(t: ExecutionContext): Promise<string> {
  return cacheEntryFolder({ XDG_CACHE_HOME: await temporaryFolder(t) });
}

const put = (entry: string, content: string): Promise<string> =>
  withTemporaryFolder(entry, async (folder) => {
    const binary = join(folder, 'downloaded');
    await writeFile(binary, content);
    return putIntoCache(entry, binary);
  });

test('the cache is in the XDG cache folder, otherwise in ~/.cache', (t) => {
  const below = join('atlas', 'temporal-cli', pinnedVersion, platformName);
  t.is(cacheEntryFolder({ XDG_CACHE_HOME: '/xdg', HOME: '/home/ann' }), join('/xdg', below));
  t.is(cacheEntryFolder({ HOME: '/home/ann' }), join('/home/ann/.cache', below));
  t.is(cacheEntryFolder({ XDG_CACHE_HOME: '', HOME: '/home/ann' }), join('/home/ann/.cache', below));
  t.is(cacheEntryFolder({ XDG_CACHE_HOME: 'relative', HOME: '/home/ann' }), join('/home/ann/.cache', below));
});

test('finds an entry, and leaves nothing else in the folder', async (t) => {
  const entry = await emptyCache(t);
  await t.throwsAsync(readCacheEntry(entry), { message: 'empty' });
  const path = await put(entry, 'binary');
  t.is(await readCacheEntry(entry), path);
  t.is(await readFile(path, 'utf8'), 'binary');
  t.deepEqual(await readdir(dirname(entry)), [platformName]);
});

test('many writers at the same time get one complete entry', async (t) => {
  const entry = await emptyCache(t);
  const contents = Array.from({ length: 8 }, (_, writer) => String(writer).repeat(1_000_000));
  const paths = await Promise.all(contents.map((content) => put(entry, content)));
  t.deepEqual(new Set(paths), new Set([await readCacheEntry(entry)]));
  t.true(contents.includes(await readFile(paths[0] as string, 'utf8')));
  t.deepEqual(await readdir(dirname(entry)), [platformName]);
});

test('does not replace an intact entry, which a process may run', async (t) => {
  const entry = await emptyCache(t);
  const first = await put(entry, 'first');
  const { ino } = await stat(first);
  await put(entry, 'second');
  t.is((await stat(first)).ino, ino);
});

test('an entry of another size is damaged, and many writers at the same time replace it', async (t) => {
  const entry = await emptyCache(t);
  const path = await put(entry, 'binary');
  await writeFile(path, 'bin');
  await t.throwsAsync(readCacheEntry(entry), { message: /^damaged: .* has 3 bytes instead of 6$/ });
  await Promise.all([put(entry, 'other'), put(entry, 'other'), put(entry, 'other')]);
  t.is(await readFile(await readCacheEntry(entry), 'utf8'), 'other');
  t.deepEqual(await readdir(dirname(entry)), [platformName]);
});

test('an entry of the same size with other content is damaged', async (t) => {
  const entry = await emptyCache(t);
  await writeFile(await put(entry, 'binary'), 'bINARY');
  await t.throwsAsync(readCacheEntry(entry), { message: /^damaged: .* was changed$/ });
});

test('a copy of the cache with other times is intact', async (t) => {
  const entry = await emptyCache(t);
  const path = await put(entry, 'binary');
  await utimes(path, 1, 1);
  t.is(await readCacheEntry(entry), path);
});

test('an entry without a readable record is damaged', async (t) => {
  const entry = await emptyCache(t);
  await put(entry, 'binary');
  await writeFile(join(entry, 'entry.json'), '{');
  await t.throwsAsync(readCacheEntry(entry), { message: /^damaged: .*entry\.json cannot be read$/ });
});

test('removes folders of killed processes after a day', async (t) => {
  const entry = await emptyCache(t);
  const parent = dirname(entry);
  for (const name of ['.tmp-old', '.tmp-new']) await mkdir(join(parent, name), { recursive: true });
  const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
  await utimes(join(parent, '.tmp-old'), twoDaysAgo, twoDaysAgo);
  await put(entry, 'binary');
  t.deepEqual((await readdir(parent)).toSorted(), ['.tmp-new', platformName]);
});

test('the temporary folder is removed when the work fails', async (t) => {
  const entry = await emptyCache(t);
  const work = withTemporaryFolder(entry, async () => {
    throw new Error('failed');
  });
  await t.throwsAsync(work, { message: 'failed' });
  t.deepEqual(await readdir(dirname(entry)), []);
});
