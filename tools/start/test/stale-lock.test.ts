import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { freePort } from '../../../platform/http/free-port.js';
import { projectRoot } from '../../../platform/settings/project.js';
import { openRun, type Run } from '../open-run.js';
import { startPostgres } from '../postgres/postgres.js';
import { makeFolder } from './support/launcher.js';

const data = makeFolder();
// As root, PostgreSQL's account must be able to enter it.
chmodSync(data.path, 0o755);
const lock = join(data.path, 'data/postgres/postmaster.pid');
let run: Run;

test.before(async () => {
  run = await openRun({ projectRoot, folder: join(data.path, 'data'), ephemeral: false });
});
test.after.always(async () => {
  await run?.supervisor.stopAll();
  data.remove();
});

test.serial('starts although another process of the account has the pid of a killed server', async (t) => {
  const first = await startPostgres(run, await freePort());
  process.kill(first.child.pid, 'SIGKILL');
  await first.child.exited;
  const stranger = spawn('sleep', ['1000'], { stdio: 'ignore', ...run.account });
  t.teardown(() => stranger.kill('SIGKILL'));
  await once(stranger, 'spawn');
  writeFileSync(lock, readFileSync(lock, 'utf8').replace(/^\d+/, String(stranger.pid)));
  const second = await startPostgres(run, await freePort());
  t.is(Number.parseInt(readFileSync(lock, 'utf8'), 10), second.child.pid);
  t.is(stranger.exitCode, null);
});

test.serial('names a server that uses the data and does not stop it', async (t) => {
  const before = readFileSync(lock, 'utf8');
  const pid = Number.parseInt(before, 10);
  await t.throwsAsync(startPostgres(run, await freePort()), {
    code: 'cluster-in-use',
    message: new RegExp(`process ${pid}\\).*kill -INT ${pid}`),
  });
  t.is(readFileSync(lock, 'utf8'), before);
  t.notThrows(() => process.kill(pid, 0));
});

test.serial('says what to do with a damaged lock file', async (t) => {
  const before = readFileSync(lock, 'utf8');
  t.teardown(() => writeFileSync(lock, before));
  for (const damaged of ['', '\n', 'what?\n']) {
    writeFileSync(lock, damaged);
    await t.throwsAsync(startPostgres(run, await freePort()), {
      code: 'lock-unreadable',
      message: /postmaster\.pid is empty or damaged.*remove the file/,
    });
  }
});
