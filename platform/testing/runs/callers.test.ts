import test from 'ava';
import type { RunParts } from '../../runs/durable-runs.js';
import { createTestDatabase, rowsOf, type TestDatabase } from '../support/postgres.js';
import { ada, callerOf, callsOf, createTestRuns, recorderOf, type TestRuns, testRecords } from '../support/runs.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';

const voteInput = { subject: 'a secret holiday', deadline: '1 hour' };
const decision = { decision: 'approved', decidedBy: 'a secret person' };

let temporal: TestTemporal;
let database: TestDatabase;
let parts: RunParts;
let runs: TestRuns;

test.before(async () => {
  [temporal, database] = await Promise.all([createTestTemporal(), createTestDatabase()]);
  parts = { ...testRecords(database.sequelize), engine: temporal.engine };
  runs = createTestRuns(parts);
  runs.begin();
  const activities = { composeGreeting: async () => 'Hello', recordDecision: async () => {} };
  await temporal.startWorkers(activities, {}, recorderOf(parts));
});
test.after.always(async () => {
  await runs?.stop();
  await temporal?.close();
  await database?.drop();
});

/** Starts a vote and waits for its start, which takes long on a busy machine. */
async function startVote(key?: string) {
  const run = await runs.ada.start('vote', voteInput, key);
  await until('its start', async () => (await runs.ada.get(run.id)).status !== 'pending');
  return run;
}

const entriesOf = (runId: string) =>
  rowsOf<Record<string, unknown>>(
    database.sequelize,
    `SELECT action, caller, key_id, workflow, subject, address, request_id FROM audit_log WHERE run_id = '${runId}' ORDER BY id`,
  );

test("answers run-not-found for another caller's run, whatever the operation", async (t) => {
  const { id } = await startVote();
  const grace = callsOf(runs.runs, callerOf('grace'));
  const calls = [
    () => grace.get(id),
    () => grace.history(id),
    () => grace.cancel(id),
    () => grace.terminate(id),
    () => grace.signal(id, 'hurry', {}),
    () => grace.query(id, 'state'),
    () => grace.update(id, 'decide', decision),
    () => grace.update(id, 'decide', decision, 'a-key'),
  ];
  for (const call of calls) await t.throwsAsync(call, { code: 'run-not-found' }, String(call));
  t.is((await runs.ada.get(id)).id, id);
  t.deepEqual(
    (await entriesOf(id)).map(({ action }) => action),
    ['run-started'],
    'rejected requests are not in the audit log',
  );
});

test('lists the own runs of a caller; a caller that sees all may filter by caller', async (t) => {
  const [one, other] = [callerOf('one'), callerOf('other')];
  const { id: mine } = await runs.runs.start(one, 'hello', { name: 'Ada' });
  const { id: theirs } = await runs.runs.start(other, 'hello', { name: 'Grace' });
  const idsOf = async (caller: typeof one, filter: { caller?: string } = {}) =>
    (await runs.runs.list(caller, { limit: 100, ...filter })).runs.map(({ id }) => id);
  t.deepEqual(await idsOf(one), [mine]);
  t.deepEqual(await idsOf(one, { caller: 'other' }), []);
  t.deepEqual(await idsOf(one, { caller: 'one' }), [mine]);
  const all = await idsOf(callerOf('admin', true));
  t.true(all.includes(mine) && all.includes(theirs));
  t.deepEqual(await idsOf(callerOf('admin', true), { caller: 'other' }), [theirs]);
});

test('records caller, action, run and origin of every change in the audit log, and no input', async (t) => {
  const { id } = await startVote('audited');
  await runs.ada.start('vote', voteInput, 'audited');
  await runs.ada.query(id, 'state');
  await runs.ada.cancel(id);
  await until('the cancellation', async () => (await runs.ada.get(id)).status === 'cancelled');
  const { id: second } = await startVote();
  await runs.ada.update(second, 'decide', decision);
  const { id: third } = await startVote();
  await runs.ada.terminate(third, 'a secret reason').catch(() => {});
  const by = { caller: 'ada', key_id: 'key-of-ada', address: '127.0.0.1', request_id: 'request-of-ada' };
  const entry = (action: string, subject: string | null = null) => ({ action, ...by, workflow: 'vote', subject });
  t.deepEqual(await entriesOf(id), [entry('run-started'), entry('run-cancelled')], 'a repeated start changes nothing');
  t.deepEqual(await entriesOf(second), [entry('run-started'), entry('run-updated', 'decide')]);
  t.deepEqual(await entriesOf(third), [entry('run-started'), entry('run-terminated')]);
  t.notRegex(JSON.stringify(await rowsOf(database.sequelize, 'SELECT * FROM audit_log')), /secret/);
});

test('makes no change that it cannot record in the audit log', async (t) => {
  const broken = createTestRuns({
    ...parts,
    audit: { record: () => Promise.reject(new Error('the audit log is unavailable')) },
  });
  const { id } = await startVote();
  await runs.ada.query(id, 'state');
  for (const call of [
    () => broken.ada.cancel(id),
    () => broken.ada.terminate(id),
    () => broken.ada.update(id, 'decide', decision),
  ])
    await t.throwsAsync(call, { message: 'the audit log is unavailable' });
  t.like(await runs.ada.query(id, 'state'), { status: 'waiting' });
  t.is((await runs.runs.get(ada, id)).status, 'running');
});

test('keeps the keys of updates apart by caller, and rejects a key with another body', async (t) => {
  const { id } = await startVote();
  t.like(await runs.ada.update(id, 'decide', decision, 'key-1'), { status: 'approved' });
  const admin = callsOf(runs.runs, callerOf('admin', true));
  const rejection = { ...decision, decision: 'rejected' };
  const refused = await t.throwsAsync<Error & { code: string }>(admin.update(id, 'decide', rejection, 'key-1'));
  t.true(['run-ended', 'update-rejected'].includes(refused.code), refused.code);
  t.like(await runs.ada.update(id, 'decide', decision, 'key-1'), { status: 'approved' });
  await t.throwsAsync(runs.ada.update(id, 'decide', rejection, 'key-1'), { code: 'idempotency-key-reused' });
});

test('records no rejected request in the audit log', async (t) => {
  const { id } = await startVote();
  await runs.ada.update(id, 'decide', decision);
  await until('its end', async () => (await runs.ada.get(id)).status === 'completed');
  await t.throwsAsync(runs.ada.cancel(id), { code: 'run-ended' });
  await t.throwsAsync(runs.ada.terminate(id), { code: 'run-ended' });
  await t.throwsAsync(runs.ada.update(id, 'decide', decision), { code: 'run-ended' });
  t.deepEqual(
    (await entriesOf(id)).map(({ action }) => action),
    ['run-started', 'run-updated'],
  );
});
