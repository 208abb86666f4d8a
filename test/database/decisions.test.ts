import { randomUUID } from 'node:crypto';
import test from 'ava';
import { createDecisionsRepository, decisions as kinds } from '../../database/decisions.js';
import { migrations } from '../../migrations/index.js';
import { createTestDatabase, rowsOf, type TestDatabase } from '../../platform/testing/support/postgres.js';

let database: TestDatabase;
let decisions: ReturnType<typeof createDecisionsRepository>;

test.before(async () => {
  database = await createTestDatabase(undefined, { migrations });
  decisions = createDecisionsRepository(database.sequelize);
});
test.after.always(() => database?.drop());

const decide = () => ({
  runId: randomUUID() as string,
  step: 'decision',
  decision: 'approved' as const,
  decidedBy: 'ada' as string | null,
  comment: 'fine' as string | null,
  decidedAt: new Date('2026-01-02T03:04:05.678Z'),
});

for (const decision of kinds) {
  test(`records ${decision}`, async (t) => {
    const recorded = { ...decide(), decision };
    t.deepEqual(await decisions.record(recorded), { recorded: true });
    t.deepEqual(await decisions.find(recorded.runId, 'decision'), recorded);
  });
}

test('records null for a missing person and comment', async (t) => {
  const recorded = { ...decide(), decidedBy: null, comment: null };
  await decisions.record(recorded);
  t.deepEqual(await decisions.find(recorded.runId, 'decision'), recorded);
});

test('ten concurrent calls record a decision once', async (t) => {
  const { runId, ...decision } = decide();
  const others = createDecisionsRepository(database.connect());
  const calls = Array.from({ length: 10 }, (_, index) =>
    (index % 2 === 0 ? decisions : others).record({ runId, ...decision, comment: `call ${index}` }),
  );
  const recorded = (await Promise.all(calls)).filter((answer) => answer.recorded);
  t.is(recorded.length, 1);
  t.is((await rowsOf(database.sequelize, `SELECT 1 FROM approval_decisions WHERE run_id = '${runId}'`)).length, 1);
});

test('a later decision does not replace the first', async (t) => {
  const first = decide();
  await decisions.record(first);
  t.deepEqual(await decisions.record({ ...first, decision: 'rejected', decidedBy: 'bob' }), { recorded: false });
  t.deepEqual(await decisions.find(first.runId, 'decision'), first);
});

test('each step of a run has its own decision', async (t) => {
  const first = decide();
  t.deepEqual(await decisions.record(first), { recorded: true });
  t.deepEqual(await decisions.record({ ...first, step: 'second' }), { recorded: true });
});

test('replaces U+0000 instead of losing the decision', async (t) => {
  const odd = { ...decide(), comment: 'a\0b' };
  t.deepEqual(await decisions.record(odd), { recorded: true });
  t.like(await decisions.find(odd.runId, 'decision'), { comment: 'a\uFFFDb' });
});

test('rejects a run id that is not a UUID', async (t) => {
  await t.throwsAsync(decisions.record({ ...decide(), runId: 'no-uuid' }), { code: 'data-rejected' });
});

test('finds nothing where no decision was recorded', async (t) => {
  t.is(await decisions.find(randomUUID(), 'decision'), undefined);
  t.is(await decisions.find('no-uuid', 'decision'), undefined);
});
