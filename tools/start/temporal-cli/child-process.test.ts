import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { until } from '../../../platform/testing/support/until.js';
import { run } from './child-process.js';
import { temporaryFolder, writeScript } from './testing/fixture.js';

test('an abort kills the program and its children, and rejects with the reason', async (t) => {
  t.timeout(20_000);
  const folder = await temporaryFolder(t);
  const started = join(folder, 'started');
  const parent = await writeScript(join(folder, 'parent'), `sleep 600 & touch ${started}; wait`);
  const controller = new AbortController();
  const ended = run(parent, [], { env: process.env, signal: controller.signal });
  await until('the child starts', () => existsSync(started));
  controller.abort(new Error('enough'));
  // The sleep has the same output: the promise settles only when it has ended too.
  await t.throwsAsync(ended, { message: 'enough' });
});

test('starts nothing after an abort', async (t) => {
  const folder = await temporaryFolder(t);
  const touched = join(folder, 'touched');
  const signal = AbortSignal.abort(new Error('too late'));
  await t.throwsAsync(run('touch', [touched], { env: process.env, signal }), { message: 'too late' });
  t.false(existsSync(touched));
});

test('keeps only the end of a long output', async (t) => {
  const { output } = await run(process.execPath, ['-e', "console.log('x'.repeat(1e6)); console.log('end')"], {
    env: process.env,
    signal: new AbortController().signal,
  });
  t.true(output.length <= 65_536);
  t.true(output.endsWith('end'));
});
