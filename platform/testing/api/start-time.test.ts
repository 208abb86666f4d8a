import test from 'ava';
import { startTestApi, type TestApi } from './support/api.js';

let api: TestApi;
test.before(async () => {
  api = await startTestApi();
});
test.after.always(() => api?.close());

const start = (query: string) => api.post(`/v1/workflows/hello/start?${query}`, { name: 'Ada' });

test('accepts a run that starts later, and cancels it', async (t) => {
  const startAt = new Date(Date.now() + 3_600_000).toISOString();
  const response = await start(`startAt=${startAt}`);
  t.is(response.status, 202);
  const run = (await response.json()) as { id: string };
  t.like(run, { status: 'pending', startsAt: startAt });
  t.is((await api.post(`/v1/runs/${run.id}/cancel`, {})).status, 202);
  t.like(await (await api.fetch(`/v1/runs/${run.id}`)).json(), { status: 'cancelled' });
});

test('accepts a delay', async (t) => {
  for (const [delay, ms] of [
    ['1500ms', 1_500],
    ['30s', 30_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
  ] as const) {
    const before = Date.now();
    const { startsAt } = (await (await start(`startDelay=${delay}`)).json()) as { startsAt: string };
    const delayed = Date.parse(startsAt) - ms;
    t.true(before <= delayed && delayed <= Date.now(), delay);
  }
});

test('a run without a start time starts at once', async (t) => {
  t.like(await (await start('')).json(), { startsAt: null });
});

for (const [query, parameter] of [
  ['startAt=tomorrow', 'startAt'],
  ['startAt=2999-01-01T00:00:00Z', 'startAt'],
  ['startDelay=400d', 'startDelay'],
  ['startDelay=soon', 'startDelay'],
  ['startDelay=1s&startAt=2026-01-01T00:00:00Z', 'startDelay'],
] as const) {
  test(`rejects ${query}`, async (t) => {
    const response = await start(query);
    t.is(response.status, 422);
    t.like(await response.json(), { code: 'parameter-invalid', errors: [{ parameter }] });
  });
}
