import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { until } from '../../../platform/testing/support/until.js';
import { startDevClone } from './support/dev-clone.js';
import { allEnded, type Launcher, makeFolder, processesOf } from './support/launcher.js';

/** Longer than a busy machine takes; on a quiet one, each place shows the error within 2 s. */
const patienceMs = 60_000;
const workflowFile = 'platform/workflows/health-check/workflow.ts';

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly problems: readonly { kind: string; attempts: number; failure: { message: string; stack?: string } }[];
}

const folder = makeFolder();
let launcher: Launcher | undefined;
test.after.always(async () => {
  if (launcher?.process.exitCode === null) launcher.process.kill('SIGKILL');
  folder.remove();
});

test('npm run dev shows an error of workflow code everywhere, until the code is fixed', async (t) => {
  t.timeout(600_000);
  const dev = await startDevClone(folder.path, (started) => {
    launcher = started;
  });
  const { api, clone } = dev;
  const { output, printed } = dev.launcher;
  const get = async <T>(path: string): Promise<T> => (await (await fetch(`${api}${path}`)).json()) as T;

  const file = join(clone, workflowFile);
  const sound = readFileSync(file, 'utf8');
  const broken = sound.replace(
    'async () => {\n',
    "async () => {\n  if (Date.now() > 0) throw new TypeError('planted');\n",
  );
  t.not(broken, sound);
  writeFileSync(file, broken);
  await printed(/worker restarted/);

  const beganAt = performance.now();
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
  const { id } = (await (await fetch(`${api}/v1/workflows/health-check/start`, request)).json()) as Shown;
  const shows = async (what: string, condition: () => boolean | Promise<boolean>) => {
    await until(what, condition, patienceMs);
    t.log(`${what} after ${Math.round(performance.now() - beganAt)} ms`);
  };
  const line = `worker: health-check (run ${id}): Workflow task failed; Temporal retries it until the code is fixed: TypeError: planted (${workflowFile}:`;
  const workflows = async () =>
    (await get<{ components: Record<string, { state: string; detail?: string }> }>('/health')).components['workflows'];
  await Promise.all([
    shows('the terminal', () => output().includes(line)),
    shows('the run', async () => (await get<Shown>(`/v1/runs/${id}`)).problems[0]?.failure.message === 'planted'),
    shows('the history', async () => {
      const [problem] = (await get<Shown>(`/v1/runs/${id}/history`)).problems;
      return (
        problem?.kind === 'workflow-task-failing' && /health-check\/workflow\.ts/.test(problem.failure.stack ?? '')
      );
    }),
    shows('the health report', async () => (await workflows())?.detail === 'the code of 1 run (health-check 1) fails'),
  ]);

  writeFileSync(file, sound);
  await until('the end of the run', async () => (await get<Shown>(`/v1/runs/${id}`)).status === 'completed', 120_000);
  t.deepEqual((await get<Shown>(`/v1/runs/${id}`)).problems, []);
  await until('a sound health report', async () => (await workflows())?.state === 'ok');

  const record = dev.launcher.record();
  dev.launcher.signalGroup('SIGINT');
  t.deepEqual(await dev.launcher.ended, { code: 0, signal: null });
  await allEnded(processesOf(record));
});
