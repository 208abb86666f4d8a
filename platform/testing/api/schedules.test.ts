import test, { type ExecutionContext } from 'ava';
import type { AuditEntry } from '../../runs/audit.js';
import { createCall } from '../../temporal/errors.js';
import { workflowSchedule } from '../../temporal/planned-schedules.js';
import { applySchedules } from '../../temporal/schedules.js';
import { plannedRuns } from '../../workflows/schedule.js';
import { fixtureCatalogue } from '../fixtures/catalogue.js';
import { startTestPlatform, type TestPlatform } from '../support/platform.js';
import { rowsOf } from '../support/postgres.js';
import { until } from '../support/until.js';
import { testProduct } from '../test-product.js';
import { startTestApi } from './support/api.js';
import { createInMemoryRuns } from './support/in-memory-runs.js';
import { createInMemorySchedules } from './support/in-memory-schedules.js';

let platform: TestPlatform;
test.before(async () => {
  platform = await startTestPlatform();
});
test.after.always(() => platform?.close());

interface Resource {
  readonly paused: boolean;
  readonly note: string | null;
  readonly createdAt: string | null;
  readonly nextTimes: string[];
  readonly openRuns: unknown[];
  readonly recentRuns: { readonly id: string; readonly status: string }[];
  readonly links: Readonly<Record<string, string>>;
}
const get = async (): Promise<Resource> => (await (await platform.api.fetch('/v1/schedules/tick')).json()) as Resource;

async function create(): Promise<void> {
  const { client } = platform.temporal;
  const planned = plannedRuns(fixtureCatalogue).map((runs) => workflowSchedule(testProduct, runs));
  const call = createCall(client.connection, 30_000);
  await applySchedules({ client, call, product: testProduct, logger: { info: () => {} } }, planned);
}

async function expectProblem(t: ExecutionContext, response: Response, status: number, code: string): Promise<object> {
  const problem = (await response.json()) as object;
  t.like(problem, { status, code });
  return problem;
}

test.serial('shows a schedule that no worker has created yet, and does not change it', async (t) => {
  t.like(await get(), { name: 'tick', cron: '0 6 * * *', every: null, createdAt: null, paused: false, nextTimes: [] });
  const response = await platform.api.post('/v1/schedules/tick/pause', {});
  await expectProblem(t, response, 503, 'worker-unavailable');
  t.truthy(response.headers.get('Retry-After'));
});

test.serial('lists schedules with their next times', async (t) => {
  await create();
  await until('the schedule', async () => (await get()).createdAt !== null);
  const { schedules } = (await (await platform.api.fetch('/v1/schedules')).json()) as { schedules: Resource[] };
  t.is(schedules.length, 1);
  t.like(schedules[0], { timeZone: 'Europe/Berlin', overlap: 'skip', catchup: '1 day', input: {}, paused: false });
  t.true((schedules[0]?.nextTimes.length ?? 0) > 1);
});

test.serial('pauses a schedule with a note, and resumes it', async (t) => {
  t.like(await (await platform.api.post('/v1/schedules/tick/pause', { note: 'closed' })).json(), {
    paused: true,
    note: 'closed',
  });
  await until('the pause', async () => (await get()).paused);
  t.is((await get()).note, 'closed');
  t.is((await platform.api.post('/v1/schedules/tick/pause')).status, 202);
  await until('the new note', async () => (await get()).note === null);
  t.like(await (await platform.api.post('/v1/schedules/tick/resume', {})).json(), { paused: false, note: null });
  await until('the end of the pause', async () => !(await get()).paused);
  t.is((await get()).note, null);
});

test.serial('triggers a run, which is a run like any other', async (t) => {
  t.is((await platform.api.post('/v1/schedules/tick/trigger', {})).status, 202);
  await until('the run', async () => (await get()).recentRuns[0]?.status === 'completed');
  const { recentRuns, openRuns, links } = await get();
  t.deepEqual(openRuns, []);
  const run = (await (await platform.api.fetch(`/v1/runs/${recentRuns[0]?.id}`)).json()) as object;
  t.like(run, { workflow: 'tick', caller: 'schedule:tick', result: { runId: recentRuns[0]?.id } });
  const page = (await (await platform.api.fetch(links['runs'] ?? '')).json()) as { runs: { id: string }[] };
  t.deepEqual(
    page.runs.map(({ id }) => id),
    recentRuns.map(({ id }) => id),
  );
});

test.serial('backfills each time of a period', async (t) => {
  const before = (await get()).recentRuns.length;
  const period = { from: '2026-01-01T00:00:00Z', to: '2026-01-04T00:00:00Z' };
  t.is((await platform.api.post('/v1/schedules/tick/backfill', period)).status, 202);
  const completed = async () => (await get()).recentRuns.filter(({ status }) => status === 'completed').length;
  await until('three runs', async () => (await completed()) === before + 3);
  t.is((await get()).recentRuns.length, before + 3);
});

test.serial('bounds a backfill', async (t) => {
  const refuse = async (from: string, to: string, pointer: string) => {
    const response = await platform.api.post('/v1/schedules/tick/backfill', { from, to });
    t.like(await expectProblem(t, response, 422, 'input-invalid'), { errors: [{ pointer }] });
  };
  await refuse('2020-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '/from');
  await refuse('2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', '/from');
  await refuse('2026-01-02T00:00:00Z', '2100-01-01T00:00:00Z', '/to');
  await refuse('yesterday', '2026-01-01T00:00:00Z', '/from');
});

test.serial('records each change in the audit log', async (t) => {
  const rows = await rowsOf<{ action: string }>(
    platform.database.sequelize,
    "SELECT action FROM audit_log WHERE subject = 'tick' AND workflow = 'tick' AND caller = 'anonymous' ORDER BY id",
  );
  t.deepEqual(
    rows.map(({ action }) => action),
    [
      ...['schedule-paused', 'schedule-paused', 'schedule-paused', 'schedule-resumed', 'schedule-triggered'],
      'schedule-backfilled',
    ],
  );
});

test('answers schedule-not-found for workflows without a schedule', async (t) => {
  const api = await startTestApi();
  t.teardown(() => api.close());
  await expectProblem(t, await api.fetch('/v1/schedules/hello'), 404, 'schedule-not-found');
  for (const verb of ['pause', 'resume', 'trigger'])
    await expectProblem(t, await api.post(`/v1/schedules/hello/${verb}`, {}), 404, 'schedule-not-found');
});

test('reading needs runs:read and shows no runs of others; changing needs runs:admin', async (t) => {
  const audited: AuditEntry[] = [];
  const runs = createInMemoryRuns();
  const seen = { name: 'schedule:tick', seesAll: true, origin: {} };
  await runs.start(seen, 'tick', {});
  const scopes = { admin: ['runs:admin'], reader: ['runs:read'] } as const;
  const api = await startTestApi({
    runs,
    schedules: createInMemorySchedules(runs, audited),
    authenticator: {
      credentials: 'API key',
      authenticate: async (token) => ({
        ...{ keyId: `${token}-id`, name: token, scopes: scopes[token as keyof typeof scopes] },
      }),
    },
  });
  t.teardown(() => api.close());
  const as = (token: string) => ({ headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' } });
  const read = async (token: string) => (await (await api.fetch('/v1/schedules/tick', as(token))).json()) as Resource;
  t.is((await read('admin')).recentRuns.length, 1);
  t.deepEqual((await read('reader')).recentRuns, []);
  const change = (token: string) => api.fetch('/v1/schedules/tick/pause', { method: 'POST', body: '{}', ...as(token) });
  await expectProblem(t, await change('reader'), 403, 'scope-missing');
  t.deepEqual(audited, []);
  t.is((await change('admin')).status, 202);
  t.like(audited[0], { caller: 'admin', keyId: 'admin-id', action: 'schedule-paused', subject: 'tick' });
});
