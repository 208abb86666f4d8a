import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { until } from '../../../../platform/testing/support/until.js';
import { leftovers, sourceContext, temporaryFolder } from '../testing/fixture.js';
import { refusingUrl, silentServer } from '../testing/silent-server.js';
import { sdkDownload } from './sdk-download.js';

/** The SDK's download goes through the proxy that is named here, whatever the machine's own environment says. */
const throughProxy = (url: string) => ({ HTTPS_PROXY: url, https_proxy: url, NO_PROXY: '', no_proxy: '' });

test('a download that is refused fails at once with the reason', async (t) => {
  const context = sourceContext(await temporaryFolder(t), { env: throughProxy(refusingUrl) });
  await t.throwsAsync(sdkDownload.find(context), { message: /Connection refused/ });
  t.deepEqual(await leftovers(context.cacheEntry), []);
});

test('a download that never answers is given up', async (t) => {
  const env = throughProxy(await silentServer(t));
  const context = sourceContext(await temporaryFolder(t), { env, limits: { stallMs: 2000 } });
  await t.throwsAsync(sdkDownload.find(context), { message: 'no byte has arrived for 2 s, given up' });
  t.deepEqual(await leftovers(context.cacheEntry), []);
});

test('an abort ends the download and removes what it has written', async (t) => {
  const controller = new AbortController();
  const env = throughProxy(await silentServer(t));
  const context = sourceContext(await temporaryFolder(t), { env, signal: controller.signal });
  const search = sdkDownload.find(context);
  await until('the download starts', async () => (await leftovers(context.cacheEntry)).length === 1);
  controller.abort(new Error('enough'));
  await t.throwsAsync(search, { message: 'enough' });
  t.deepEqual(await leftovers(context.cacheEntry), []);
});

test('the downloading process ends when whoever started it is gone', async (t) => {
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
