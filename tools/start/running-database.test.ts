import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ownProcess } from '../cli/processes.mjs';
import { runningDatabase } from './running-database.js';

/** A data folder as a platform leaves it whose launcher is this process. */
function makeFolder(t: ExecutionContext, record: object = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-test-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'secrets'));
  writeFileSync(join(folder, 'secrets/postgres-password'), 'made\n');
  const addresses = { PostgreSQL: 'postgresql://app@team@127.0.0.1:6543/at-las' };
  writeFileSync(
    join(folder, 'run.json'),
    JSON.stringify({ launcher: ownProcess(), addresses, children: [], ...record }),
  );
  return folder;
}

test('a platform that runs tells where its database is, and its folder holds the password', (t) => {
  t.deepEqual(runningDatabase(makeFolder(t)), {
    POSTGRES_HOST: '127.0.0.1',
    POSTGRES_PORT: 6543,
    POSTGRES_DB: 'at-las',
    POSTGRES_USER: 'app@team',
    POSTGRES_PASSWORD: 'made',
  });
});

const away: Readonly<Record<string, object>> = {
  'that was killed': { launcher: { ...ownProcess(), identity: 'another' } },
  'that is being stopped': { stopping: true },
};
for (const [which, record] of Object.entries(away))
  test(`a platform ${which} does not run`, (t) => {
    const folder = makeFolder(t, record);
    t.throws(() => runningDatabase(folder), {
      code: 'command-fault',
      message: new RegExp(`no platform runs on ${folder}`),
    });
  });

test('where no platform was ever started there is none, and what to do is said', (t) => {
  t.throws(() => runningDatabase(join(tmpdir(), 'atlas-test-nothing')), {
    code: 'command-fault',
    message: /no platform runs on .*npm start.*ATLAS_DATA_DIR.*POSTGRES_PASSWORD/,
  });
});

test('a platform that is still starting has no address yet', (t) => {
  t.throws(() => runningDatabase(makeFolder(t, { addresses: {} })), { message: /still starting/ });
});

test('a password that is not there is somebody else’s, or was given', (t) => {
  const folder = makeFolder(t);
  rmSync(join(folder, 'secrets/postgres-password'));
  t.throws(() => runningDatabase(folder), {
    code: 'command-fault',
    message: /cannot be read \(ENOENT, .*POSTGRES_PASSWORD/,
  });
});
