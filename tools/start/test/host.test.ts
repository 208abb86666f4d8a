import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { libpqVariables, proxyVariables } from '../../../platform/testing/support/host-variables.js';
import { makeFolder, startLauncher } from './support/launcher.js';

const config = makeFolder();
test.after.always(() => config.remove());

/** A home folder with Temporal profiles, in the old and the new format, for another server. */
const home = join(config.path, 'home');
for (const folder of ['.config', 'Library/Application Support'].map((parent) => join(home, parent, 'temporalio'))) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'temporal.toml'),
    '[profile.default]\naddress = "temporal.example.com:7233"\napi_key = "a-key"\n',
  );
  writeFileSync(join(folder, 'temporal.yaml'), 'env:\n  default:\n    log-level: loud\n    headless: true\n');
}

/** Configuration of other programs on this machine. */
const host = {
  HOME: home,
  XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
  ...proxyVariables,
  ...libpqVariables,
  TEMPORAL_CONFIG_FILE: join(home, '.config/temporalio/temporal.toml'),
  TEMPORAL_PROFILE: 'nobody',
  TEMPORAL_ENV: 'nobody',
  TEMPORAL_LOG_LEVEL: 'loud',
};

test('ignores variables, profiles and proxies of other programs, and works in a folder with any name', async (t) => {
  t.timeout(180_000);
  const data = makeFolder();
  t.teardown(data.remove);
  // As root, PostgreSQL's account must be able to enter it.
  chmodSync(data.path, 0o755);
  // Characters with a meaning in URIs or shells.
  const dataFolder = join(data.path, `C#, 100%41 & "it's" ?a=b`);
  for (const start of ['first', 'second']) {
    const launcher = startLauncher({ dataFolder, args: ['--once'], env: host });
    t.deepEqual(await launcher.ended, { code: 0, signal: null }, `${start}: ${launcher.output()}`);
    t.deepEqual(readdirSync(data.path), [`C#, 100%41 & "it's" ?a=b`], start);
    // A server that was killed on a busy machine leaves SQLite's journal.
    const files = readdirSync(join(dataFolder, 'temporal')).filter((name) => name !== 'temporal.db-journal');
    t.deepEqual(files, ['temporal.db'], start);
  }
});
