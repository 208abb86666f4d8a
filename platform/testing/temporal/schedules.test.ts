import test from 'ava';
import { createCall } from '../../temporal/errors.js';
import { scheduleIdOf, workflowSchedule } from '../../temporal/planned-schedules.js';
import { applySchedules } from '../../temporal/schedules.js';
import type { Schedule } from '../../workflows/define.js';
import { scheduleSpec } from '../../workflows/schedule.js';
import { tick } from '../fixtures/definitions.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';
import { testProduct } from '../test-product.js';

let temporal: TestTemporal;
test.before(async () => {
  temporal = await createTestTemporal();
});
test.after.always(() => temporal?.close());

const daily: Schedule = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' };
const planned = (name: string, schedule: Schedule) =>
  workflowSchedule(testProduct, { definition: { ...tick, name }, spec: scheduleSpec(schedule) });

/** Applies these schedules, as a worker does. @returns the facts that it logged */
async function apply(schedules: Readonly<Record<string, Schedule>>, product = testProduct): Promise<string[]> {
  const facts: string[] = [];
  const logger = { info: (details: object, text: string) => facts.push(`${text} ${JSON.stringify(details)}`) };
  const call = createCall(temporal.client.connection, 30_000);
  const all = Object.entries(schedules).map(([name, schedule]) => planned(name, schedule));
  await applySchedules({ client: temporal.client, call, product, logger: logger as never }, all);
  return facts;
}

const handleOf = (name: string) => temporal.client.schedule.getHandle(scheduleIdOf(testProduct, name));
async function listed(): Promise<string[]> {
  const ids: string[] = [];
  for await (const { scheduleId, memo } of temporal.client.schedule.list()) if (memo) ids.push(scheduleId);
  return ids;
}

test.serial('creates, keeps, changes and removes schedules', async (t) => {
  const id = scheduleIdOf(testProduct, 'one');
  t.deepEqual(await apply({ one: daily }), [`Created a schedule ${JSON.stringify({ schedule: id })}`]);
  t.deepEqual(await apply({ one: daily }), [], 'unchanged schedules are not touched');
  await handleOf('one').pause('by hand');
  await until('the pause', async () => (await handleOf('one').describe()).state.paused);
  t.deepEqual(await apply({ one: { ...daily, overlap: 'buffer-one' } }), [
    `Changed a schedule ${JSON.stringify({ schedule: id })}`,
  ]);
  await until('the change', async () => (await handleOf('one').describe()).policies.overlap === 'BUFFER_ONE');
  t.like((await handleOf('one').describe()).state, { paused: true, note: 'by hand' }, 'a pause survives a change');
  await until('Temporal lists the schedule', async () => (await listed()).includes(id));
  t.deepEqual(await apply({}), [`Deleted a schedule ${JSON.stringify({ schedule: id })}`]);
});

test.serial('creates a schedule paused if its definition says so', async (t) => {
  await apply({ resting: { ...daily, paused: true } });
  t.true((await handleOf('resting').describe()).state.paused);
  await handleOf('resting').unpause();
  await until('the end of the pause', async () => !(await handleOf('resting').describe()).state.paused);
  t.deepEqual(await apply({ resting: { ...daily, paused: true } }), []);
  t.false((await handleOf('resting').describe()).state.paused, 'operators decide later');
});

test.serial('touches no schedule of others in the namespace', async (t) => {
  const others = { ...testProduct, name: 'others' };
  const foreign = workflowSchedule(others, { definition: tick, spec: scheduleSpec(daily) });
  await temporal.client.schedule.create({ ...foreign, memo: { product: 'others' } });
  await temporal.client.schedule.create({ ...foreign, scheduleId: scheduleIdOf(testProduct, 'by-hand'), memo: {} });
  await until('Temporal lists the schedule', async () => (await listed()).includes(foreign.scheduleId));
  await apply({});
  t.truthy(await temporal.client.schedule.getHandle(foreign.scheduleId).describe());
  await t.throwsAsync(apply({ 'by-hand': daily }), { message: /delete it or rename the workflow/ });
});

test.serial('follows the clock of its time zone when it changes', async (t) => {
  await apply({ dst: { ...daily, paused: true }, six: { cron: '0 6 * * *', timeZone: 'Europe/Berlin', paused: true } });
  const timesOf = async (name: string, from: string, to: string) => {
    const { startTime } = await temporal.client.workflowService.listScheduleMatchingTimes({
      namespace: temporal.settings.TEMPORAL_NAMESPACE,
      scheduleId: scheduleIdOf(testProduct, name),
      startTime: { seconds: Date.parse(from) / 1000 } as never,
      endTime: { seconds: Date.parse(to) / 1000 } as never,
    });
    return (startTime ?? []).map(({ seconds }) => new Date(Number(seconds) * 1000).toISOString());
  };
  t.deepEqual(await timesOf('six', '2027-03-27T00:00:00Z', '2027-03-30T00:00:00Z'), [
    '2027-03-27T05:00:00.000Z',
    '2027-03-28T04:00:00.000Z',
    '2027-03-29T04:00:00.000Z',
  ]);
  t.deepEqual(
    await timesOf('dst', '2027-03-27T00:00:00Z', '2027-03-30T00:00:00Z'),
    ['2027-03-27T01:30:00.000Z', '2027-03-29T00:30:00.000Z'],
    'a time that the clock skips does not occur',
  );
  t.deepEqual(
    await timesOf('dst', '2027-10-30T00:00:00Z', '2027-11-01T00:00:00Z'),
    ['2027-10-30T00:30:00.000Z', '2027-10-31T01:30:00.000Z'],
    'a time that the clock repeats occurs once',
  );
});
