import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { until } from '../../../platform/testing/support/until.js';
import { run } from './child-process.js';
import { temporaryFolder, writeScript } from './testing/fixture.js';

test('an abort ends the program and what it has started, and gives the reason', async (t) => {
  t.timeout(20_000);
  const folder = await temporaryFolder(t);
  const started = join(folder, 'started');
  const parent = await writeScript(join(folder, 'parent'), `sleep 600 & touch ${started}; wait`);
  const controller = new AbortController();
  const ended = run(parent, [], { env: process.env, signal: controller.signal });
  await until('the child starts', () => existsSync(started));
  controller.abort(new Error('enough'));
  // The sleep holds the same output: only when it has ended too is the output closed, and this settles.
  await t.throwsAsync(ended, { message: 'enough' });
});

test('nothing is started after an abort', async (t) => {
  const folder = await temporaryFolder(t);
  const touched = join(folder, 'touched');
  const signal = AbortSignal.abort(new Error('too late'));
  await t.throwsAsync(run('touch', [touched], { env: process.env, signal }), { message: 'too late' });
  t.false(existsSync(touched));
});

test('only the last of a flood of output is kept', async (t) => {
  const { output } = await run(process.execPath, ['-e', "console.log('x'.repeat(1e6)); console.log('end')"], {
    env: process.env,
    signal: new AbortController().signal,
  });
  t.true(output.length <= 65_536);
  t.true(output.endsWith('end'));
});
