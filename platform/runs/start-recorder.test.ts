import test from 'ava';
import { DatabaseUnavailable } from '../errors/platform.js';
import type { Logger } from '../observability/logger.js';
import { until } from '../testing/support/until.js';
import type { Run, Transition } from './run.js';
import { createStartRecorder } from './start-recorder.js';

const run = { id: 'r1', workflowId: 'greet-r1', status: 'pending' } as Run;
const started = { temporalRunId: 't1', startedAt: new Date(0) };

/** Creates a recorder, and lists what it changes and logs. @param changed - returns the changed run; throws if the run cannot be changed */
function recorderWith(changed: () => Run | Promise<Run> = () => ({ ...run, status: 'running' })) {
  const changes: Transition[] = [];
  const logged: string[] = [];
  const terminated: string[] = [];
  const log = (level: string) => (_: object, text: string) => void logged.push(`${level}: ${text}`);
  const recorder = createStartRecorder({
    engine: { terminate: async (workflowId) => void terminated.push(workflowId) },
    settlement: {
      change: async (_, transition) => {
        changes.push(transition);
        return changed();
      },
      settle: async () => run,
    },
    logger: { warn: log('warn'), error: log('error') } as unknown as Logger,
  });
  return { recorder, changes, logged, terminated };
}

test('records a start, which is known until then', async (t) => {
  const { recorder, changes } = recorderWith();
  recorder.add(run, started);
  t.true(recorder.has('r1'));
  t.deepEqual(changes, []);
  await recorder.flush();
  t.deepEqual(changes, [{ to: 'running', ...started }]);
  t.false(recorder.has('r1'));
});

test('leaves the start of a run that has ended to the one who records the end', async (t) => {
  const { recorder, changes } = recorderWith();
  recorder.add(run, started);
  t.is(await recorder.recordEnd(run, async (given) => given), started);
  t.is(await recorder.recordEnd(run, async (given) => given), undefined);
  await recorder.flush();
  t.deepEqual(changes, []);
});

test('records a start by itself if its end cannot be recorded', async (t) => {
  const { recorder, changes } = recorderWith();
  recorder.add(run, started);
  await t.throwsAsync(
    recorder.recordEnd(run, () => Promise.reject(new Error('no'))),
    { message: 'no' },
  );
  t.deepEqual(changes, [{ to: 'running', ...started }]);
  await recorder.flush();
  t.is(changes.length, 1);
});

test('terminates the workflow of a run that was cancelled before its start', async (t) => {
  const { recorder, terminated } = recorderWith(() => ({ ...run, status: 'cancelled', temporalRunId: null }));
  recorder.add(run, started);
  await recorder.flush();
  t.deepEqual(terminated, ['greet-r1']);
});

test('a start that cannot be recorded holds up no other, and is logged', async (t) => {
  let calls = 0;
  const { recorder, changes, logged } = recorderWith(() => {
    calls += 1;
    if (calls === 1) throw new DatabaseUnavailable('PostgreSQL cannot be reached');
    return { ...run, status: 'running' };
  });
  recorder.add(run, started);
  recorder.add({ ...run, id: 'r2' }, started);
  await recorder.flush();
  t.is(changes.length, 2);
  t.deepEqual(logged, ['warn: Cannot record a start; after its lease, another process takes the run over']);
  t.false(recorder.has('r1'));
});

test('a start that takes long to record holds up no other', async (t) => {
  let release: (run: Run) => void = () => {};
  const slow = new Promise<Run>((resolve) => {
    release = resolve;
  });
  const { recorder, changes } = recorderWith(() => slow);
  recorder.add(run, started);
  await until('the first start is being recorded', () => changes.length === 1);
  recorder.add({ ...run, id: 'r2' }, started);
  await until('the second start is being recorded', () => changes.length === 2);
  release(run);
  await recorder.flush();
  t.false(recorder.has('r1'));
});
