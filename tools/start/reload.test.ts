import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { Screen, timed } from '../cli/screen.js';
import type { AppName, Apps } from './apps.js';
import type { EnvChange } from './env-change.js';
import { reloadOnChange, summary } from './reload.js';

async function setUp(
  t: ExecutionContext,
  restart: (name: AppName, signal: AbortSignal) => Promise<void>,
  bundle = async () => {},
  reread: () => EnvChange = () => {
    throw new Error('LOG_LEVEL is invalid');
  },
  /** As with --inspect: the previous process has stopped. */
  inspect = false,
) {
  const projectRoot = mkdtempSync(join(tmpdir(), 'atlas-test-'));
  for (const folder of ['platform/api', 'worker', 'migrations'])
    mkdirSync(join(projectRoot, folder), { recursive: true });
  const end = new AbortController();
  let text = '';
  const calls: string[] = [];
  const app = (...files: string[]) => ({
    url: '',
    started: timed(new Promise<never>(() => undefined)),
    imports: () => new Set(files.map((file) => join(projectRoot, file))),
    isServing: () => !inspect,
  });
  const apps: Apps = {
    api: app('platform/api/app.ts'),
    worker: app('worker/main.ts'),
    restart: async (name, signal) => {
      calls.push(name);
      await restart(name, signal);
    },
    prepareSpares: async () => {},
    discardSpares: async () => void calls.push('discard'),
    configure: () => undefined,
    migrate: async () => {
      calls.push('migrate');
      return { applied: [] };
    },
    onDeath: () => undefined,
  };
  const screen = new Screen({ write: (part) => (text += part) }, {});
  void reloadOnChange({
    projectRoot,
    apps,
    bundle,
    envFile: '.env',
    environment: { reread },
    inspect,
    screen,
    logs: { hold: () => {}, release: () => {} },
    signal: end.signal,
  });
  t.teardown(() => {
    end.abort();
    rmSync(projectRoot, { recursive: true, force: true });
  });
  const printed = async (wanted: RegExp) => {
    for (const deadline = performance.now() + 60_000; !wanted.test(text); await sleep(10))
      if (performance.now() > deadline) throw new Error(`${wanted} is not in ${text}`);
  };
  await printed(/Watching what/);
  return { calls, printed, save: (file: string) => writeFileSync(join(projectRoot, file), '// saved') };
}

test('restarts who runs the file that changed, and says what it took', async (t) => {
  const { calls, printed, save } = await setUp(t, async () => undefined);
  save('platform/api/app.ts');
  await printed(/^platform\/api\/app\.ts changed: api restarted \(0\.\d s\)$/m);
  t.deepEqual(calls, ['discard', 'api'], 'a spare process may have loaded the platform');
  save('worker/main.ts');
  await printed(/^worker\/main\.ts changed: worker restarted/m);
  t.deepEqual(calls.slice(2), ['worker']);
});

test('names a file that exists, not a temporary one of an editor', (t) => {
  const folder = import.meta.dirname;
  t.is(summary(folder, ['sedhSzQOW', 'watch.ts']), 'watch.ts changed');
  t.is(summary(folder, ['sedhSzQOW', 'watch.ts', 'change.ts']), 'watch.ts and 1 more changed');
  t.is(summary(folder, ['removed.ts', 'also-removed.ts']), 'removed.ts and 1 more changed');
});

test('a new migration is applied before both are restarted', async (t) => {
  const { calls, printed, save } = await setUp(t, async () => undefined);
  save('migrations/1-add.ts');
  await printed(/api and worker restarted/);
  t.deepEqual(calls, ['migrate', 'api', 'worker']);
});

test('one that does not come up is shown, and the next change tries again', async (t) => {
  let broken = true;
  const { printed, save } = await setUp(t, async () => {
    if (broken) throw new Error('The worker ended with code 1');
  });
  save('worker/main.ts');
  await printed(/The worker ended with code 1\nThe previous worker keeps serving\. Waiting for the next change/);
  broken = false;
  save('worker/new.ts');
  await printed(/worker\/new\.ts changed: worker restarted/);
  t.pass();
});

test('with --inspect, a failed start leaves none that serves', async (t) => {
  const fails = async () => {
    throw new Error('The worker ended with code 1');
  };
  const { printed, save } = await setUp(t, fails, undefined, undefined, true);
  save('worker/main.ts');
  await printed(/code 1\nThe worker is not running: with --inspect, the previous process stops .*Waiting for/);
  t.pass();
});

test('workflows that cannot be bundled end the start of the worker, and only they are shown', async (t) => {
  const aborted = (signal: AbortSignal) =>
    new Promise<void>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('The worker was killed by SIGTERM')));
    });
  const { printed, save } = await setUp(
    t,
    (_name, signal) => aborted(signal),
    async () => {
      throw new Error('Expected ; in workflow.ts');
    },
  );
  save('worker/main.ts');
  await printed(/Expected ; in workflow\.ts\nThe previous worker keeps serving/);
  t.pass();
});

test('a change of .env restarts who uses it; an invalid one is shown and restarts none', async (t) => {
  const nothing = async () => undefined;
  const change: EnvChange = { settings: {} as EnvChange['settings'], apps: new Set(['worker']), later: ['API_PORT'] };
  const valid = await setUp(t, nothing, nothing, () => change);
  valid.save('.env');
  await valid.printed(/^\.env changed: API_PORT will be used at the next start\n\.env changed: worker restarted/m);
  const invalid = await setUp(t, nothing);
  invalid.save('.env');
  await invalid.printed(/LOG_LEVEL is invalid\nThe previous api and worker keep serving\. Waiting for the next change/);
  t.deepEqual([valid.calls, invalid.calls], [['worker'], []]);
});

test('spare processes end when the platform changes, although a change of .env in the same moment is invalid', async (t) => {
  const { calls, printed, save } = await setUp(t, async () => undefined);
  for (const file of ['platform/api/app.ts', '.env']) save(file);
  await printed(/LOG_LEVEL is invalid/);
  t.deepEqual(calls, ['discard']);
});
