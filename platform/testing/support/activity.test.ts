import { activityInfo } from '@temporalio/activity';
import test from 'ava';
import { createActivityEnvironment } from './activity.js';

test('runs an activity with a context, and prints nothing when it fails', async (t) => {
  const write = process.stderr.write;
  let printed = '';
  process.stderr.write = (text: string | Uint8Array) => {
    printed += text;
    return true;
  };
  t.teardown(() => (process.stderr.write = write));
  const environment = createActivityEnvironment({ attempt: 2 });
  t.is(await environment.run(async () => activityInfo().attempt), 2);
  await t.throwsAsync(
    environment.run(() => Promise.reject(new Error('provoked'))),
    { message: 'provoked' },
  );
  process.stderr.write = write;
  t.is(printed, '');
});
