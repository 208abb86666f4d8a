import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { until } from '../../../../platform/testing/support/until.js';
import { leftovers, sourceContext, temporaryFolder } from '../testing/fixture.js';
import { refusingUrl, silentServer } from '../testing/silent-server.js';
import { sdkDownload } from './sdk-download.js';

/** Sends the SDK's download through this proxy only. */
const throughProxy = (url: string) => ({ HTTPS_PROXY: url, https_proxy: url, NO_PROXY: '', no_proxy: '' });

test('fails with the reason if the connection is refused', async (t) => {
  const context = sourceContext(await temporaryFolder(t), { env: throughProxy(refusingUrl) });
  await t.throwsAsync(sdkDownload.find(context), { message: /Connection refused/ });
  t.deepEqual(await leftovers(context.cacheEntry), []);
});

test('times out if the server never responds', async (t) => {
  const env = throughProxy(await silentServer(t));
  const context = sourceContext(await temporaryFolder(t), { env, limits: { stallMs: 2000 } });
  await t.throwsAsync(sdkDownload.find(context), { message: 'no new bytes for 2 s' });
  t.deepEqual(await leftovers(context.cacheEntry), []);
});

test('an abort ends the download and removes its files', async (t) => {
  const controller = new AbortController();
  const env = throughProxy(await silentServer(t));
  const context = sourceContext(await temporaryFolder(t), { env, signal: controller.signal });
  const search = sdkDownload.find(context);
  await until('the download starts', async () => (await leftovers(context.cacheEntry)).length === 1);
  controller.abort(new Error('enough'));
  await t.throwsAsync(search, { message: 'enough' });
  t.deepEqual(await leftovers(context.cacheEntry), []);
});

test('the downloading process ends with its parent', async (t) => {
  const program = fileURLToPath(new URL('sdk-download-child.mjs', import.meta.url));
  const child = spawn(process.execPath, [program, await temporaryFolder(t), 'v0.0.0'], {
    env: { ...process.env, ...throughProxy(await silentServer(t)) },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.destroy();
  const [exitCode, signal] = await once(child, 'exit');
  t.is(exitCode, null);
  t.is(signal, 'SIGKILL');
});
