import test from 'ava';
import { createRunsRepository } from '../../database/runs-repository.js';
import type { DomainError } from '../../errors/domain-error.js';
import { DatabaseUnavailable, TemporalUnavailable } from '../../errors/platform.js';
import { createRuns } from '../../runs/create-runs.js';
import type { RunsRepository } from '../../runs/run.js';
import type { Runs } from '../../runs/runs.js';
import { createTemporalClient } from '../../temporal/connection.js';
import { createRunOperations } from '../../temporal/run-operations.js';
import { catalogue } from '../../workflows/catalogue.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';

const waitMs = 20_000;
const approvalInput = { subject: 'a holiday', deadline: '1 hour' };

let temporal: TestTemporal;
let database: TestDatabase;
let repository: RunsRepository;
let runs: Runs;
/** The same runs while Temporal cannot be reached. */
let cutOff: Runs;

test.before(async () => {
  [temporal, database] = await Promise.all([createTestTemporal(), createTestDatabase()]);
  repository = createRunsRepository(database.sequelize);
  runs = createRuns({ repository, operations: temporal.operations, catalogue });
  const nowhere = createTemporalClient({ ...temporal.settings, TEMPORAL_ADDRESS: '127.0.0.1:1' });
  cutOff = createRuns({ repository, operations: createRunOperations(nowhere, 200), catalogue });
  await temporal.startWorkers({
    composeGreeting: async ({ name }) => `Hello, ${name}!`,
    recordDecision: async () => {},
  });
});
test.after.always(async () => {
  await temporal?.close();
  await database?.drop();
});

/** A run that was written while Temporal was away. */
async function pendingRun() {
  const known = new Set((await repository.list({ limit: 100 })).map(({ id }) => id));
  await cutOff.start('approval', approvalInput).catch(() => {});
  const run = (await repository.list({ limit: 100 })).find(({ id, status }) => !known.has(id) && status === 'pending');
  if (!run) throw new Error('the run was not recorded');
  return run;
}

/** Temporal forgets workflows some time after it is told to. */
async function forget(workflowId: string) {
  const execution = { workflowId };
  const { namespace } = temporal.client.options;
  await temporal.client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution: execution });
  const deadline = Date.now() + waitMs;
  while ((await temporal.operations.describe(workflowId)) && Date.now() < deadline);
}

test.serial('a start while Temporal is away is temporal-unavailable, and leaves the run pending', async (t) => {
  const error = await t.throwsAsync<DomainError>(cutOff.start('greet', { name: 'Ada' }), {
    code: 'temporal-unavailable',
  });
  t.is((await runs.get(error?.recordedRunId ?? '')).status, 'pending');
});

test.serial('a pending run takes no messages, and is cancelled at once', async (t) => {
  const { id } = await pendingRun();
  await t.throwsAsync(runs.update(id, 'decide', { decision: 'approved', decidedBy: 'ada' }), { code: 'run-pending' });
  await t.throwsAsync(runs.query(id, 'state'), { code: 'run-pending' });
  await t.throwsAsync(runs.terminate(id), { code: 'run-pending' });
  t.like(await runs.cancel(id), { status: 'cancelled', failure: { code: 'run-cancelled' } });
});

test('an input that is not valid starts and records nothing', async (t) => {
  await t.throwsAsync(runs.start('greet', { name: '' }), { code: 'input-invalid' });
  await t.throwsAsync(runs.start('unknown', {}), { code: 'workflow-not-found' });
  const recorded = await repository.list({ limit: 100 });
  t.false(recorded.some(({ workflow, input }) => workflow === 'unknown' || JSON.stringify(input) === '{"name":""}'));
});

test('a start that Temporal refuses for good ends the run as failed, with the reason', async (t) => {
  const tooLarge = { type: 'object' } as const;
  const open = new Map([...catalogue].map(([name, definition]) => [name, { ...definition, input: tooLarge }]));
  const lenient = createRuns({ repository, operations: temporal.operations, catalogue: open });
  const known = new Set((await repository.list({ limit: 100 })).map(({ id }) => id));
  await t.throwsAsync(lenient.start('greet', { name: 'x'.repeat(3_000_000) }), { code: 'temporal-refused' });
  const failed = (await repository.list({ limit: 100 })).find(
    ({ id, status }) => !known.has(id) && status === 'failed',
  );
  t.is(failed?.failure?.code, 'temporal-refused');
});

test('a run whose workflow had been started already goes on as that one', async (t) => {
  const run = await repository.create({ workflow: 'greet', input: { name: 'Ada' } });
  const definition = catalogue.get('greet');
  if (!definition) throw new Error('greet is not in the catalogue');
  await temporal.operations.execute(definition, { workflowId: run.workflowId, input: run.input, waitMs });
  t.like(await runs.get(run.id), { status: 'completed', result: { greeting: 'Hello, Ada!' } });
});

test('a result is told without asking Temporal again', async (t) => {
  const run = await runs.execute('greet', { name: 'Ada' }, waitMs);
  t.is(run.status, 'completed');
  t.deepEqual((await cutOff.get(run.id)).result, { greeting: 'Hello, Ada!' });
});

test('a run that Temporal forgot before its outcome was recorded is lost', async (t) => {
  const run = await runs.start('approval', approvalInput);
  await forget(run.workflowId);
  t.like(await runs.get(run.id), { status: 'lost', failure: { code: 'run-lost' } });
});

test('what was terminated behind our back is found', async (t) => {
  const run = await runs.start('approval', approvalInput);
  await temporal.operations.terminate(run.workflowId, 'by hand');
  t.like(await runs.get(run.id), { status: 'terminated', failure: { code: 'run-terminated' } });
  await t.throwsAsync(runs.cancel(run.id), { code: 'run-ended' });
  await t.throwsAsync(runs.update(run.id, 'decide', { decision: 'approved', decidedBy: 'ada' }), { code: 'run-ended' });
  t.like(await runs.terminate(run.id), { status: 'terminated' });
});

test('a run cancelled twice is cancelled once', async (t) => {
  const run = await runs.start('approval', approvalInput);
  await temporal.operations.query(run.workflowId, 'state');
  await runs.cancel(run.id);
  await temporal.operations.result(run.workflowId, waitMs);
  t.is((await runs.cancel(run.id)).status, 'cancelled');
});

test('a run that is cancelled before its start arrives does not run', async (t) => {
  // Holds every start back until the run has been cancelled.
  let cancelled: Promise<unknown> = Promise.resolve();
  const late = createRuns({
    repository,
    catalogue,
    operations: {
      ...temporal.operations,
      start: async (definition, run) => {
        cancelled = runs.cancel(run.workflowId.replace('approval-', ''));
        await cancelled;
        return temporal.operations.start(definition, run);
      },
    },
  });
  const run = await late.start('approval', approvalInput);
  t.is(run.status, 'cancelled');
  t.false((await temporal.operations.describe(run.workflowId))?.open);
});

test('a run that started is told as running when that cannot be recorded, and as completed when its end cannot', async (t) => {
  let away = true;
  const forgetful: RunsRepository = {
    ...repository,
    transition: async (id, transition) => {
      if (away) throw new DatabaseUnavailable('away');
      return repository.transition(id, transition);
    },
  };
  const unrecorded = createRuns({ repository: forgetful, operations: temporal.operations, catalogue });
  const run = await unrecorded.execute('greet', { name: 'Ada' }, waitMs);
  t.like(run, { status: 'completed', result: { greeting: 'Hello, Ada!' } });
  t.is((await repository.find(run.id))?.status, 'pending');
  away = false;
  t.like(await unrecorded.get(run.id), { status: 'completed', result: { greeting: 'Hello, Ada!' } });
});

test('a wait that Temporal leaves is an end of the wait, not a failure', async (t) => {
  const operations = { ...temporal.operations, result: () => Promise.reject(new TemporalUnavailable('away')) };
  const run = await createRuns({ repository, operations, catalogue }).execute('approval', approvalInput, waitMs);
  t.is(run.status, 'running');
});

test('while Temporal is away, runs are told as they were recorded last', async (t) => {
  const { id } = await runs.start('approval', approvalInput);
  t.is((await cutOff.get(id)).status, 'running');
  t.true((await cutOff.list({ limit: 100 })).runs.some((run) => run.id === id));
});

test('the ids of runs that do not exist are run-not-found everywhere', async (t) => {
  const id = '01890000-0000-7000-8000-000000000000';
  const calls = [runs.get(id), runs.cancel(id), runs.terminate(id), runs.signal(id, 'x', {}), runs.query(id, 'x')];
  for (const call of calls) await t.throwsAsync(call, { code: 'run-not-found' });
});
