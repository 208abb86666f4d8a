import test from 'ava';
import { start } from '../../../platform/testing/database/support/processes.js';
import { makeFolder, startLauncher } from '../../start/test/support/launcher.js';

test('uses the database of npm start, and fails with instructions if npm start does not run', async (t) => {
  t.timeout(400_000);
  const data = makeFolder();
  const launcher = startLauncher({ dataFolder: data.path });
  t.teardown(async () => {
    if (launcher.process.exitCode === null) launcher.signalGroup('SIGINT');
    await launcher.ended;
    data.remove();
  });
  const keys = (...args: string[]) =>
    start('tools/start/keys.ts', args, { ATLAS_ENV_FILE: '/dev/null', ATLAS_DATA_DIR: data.path }).ended;
  await launcher.printed('Ready in');
  const made = await keys('create', '--name', 'ada', '--scopes', 'runs:read');
  t.is(made.exitCode, 0, made.stderr);
  const listed = await keys('list');
  t.is(listed.exitCode, 0, listed.stderr);
  t.regex(listed.stdout, /^\S+ {2}ada {3}runs:read {2}\S+Z$/m);

  launcher.signalGroup('SIGINT');
  await launcher.ended;
  const late = await keys('list');
  t.is(late.exitCode, 1);
  t.regex(late.stderr, /^POSTGRES_PASSWORD is not set, and no platform runs on .*: start one \(npm start\)/);
});
