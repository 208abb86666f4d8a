import test from 'ava';
import { createScheduleElection } from '../../database/schedule-election.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

let database: TestDatabase;
test.before(async () => {
  database = await createTestDatabase();
});
test.after.always(() => database?.drop());

const worker = (version: string) => createScheduleElection(database.sequelize, { version, validMs: 60_000 });
/** Lets the reports so far expire. */
const age = () => database.sequelize.query("UPDATE schedule_workers SET seen_at = seen_at - interval '2 minutes'");

test.beforeEach(() => database.sequelize.query('DELETE FROM schedule_workers'));

test.serial('elects one worker of a version, and the next one when it leaves or dies', async (t) => {
  const [first, second] = [worker('1'), worker('1')];
  t.true(await first.stand());
  t.false(await second.stand());
  t.true(await first.stand());
  await first.leave();
  t.true(await second.stand());
  t.false(await first.stand());
  await age();
  t.true(await first.stand());
  t.false(await second.stand());
});

test.serial('elects the newest version, also when a worker of an older one restarts', async (t) => {
  const [old, sibling, newer] = [worker('1'), worker('1'), worker('2')];
  t.true(await old.stand());
  t.false(await sibling.stand());
  t.true(await newer.stand());
  t.false(await sibling.stand());
  await old.leave();
  t.false(await worker('1').stand());
  await newer.leave();
  t.true(await sibling.stand(), 'after a rollback');
});
