import { randomUUID } from 'node:crypto';
import { activityInfo } from '@temporalio/activity';
import test from 'ava';
import { DomainError } from '../../errors/domain-error.js';
import type { Outcome } from '../../runs/run.js';
import { steps } from '../fixtures/definitions.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';
import { until } from '../support/until.js';

let temporal: TestTemporal;
let composeGreeting: (input: { name: string }) => Promise<string>;

test.before(async () => {
  temporal = await createTestTemporal();
  await temporal.startWorkers({ composeGreeting: (input: { name: string }) => composeGreeting(input) });
});
test.after.always(() => temporal?.close());

async function run(count: number): Promise<{ outcome: Outcome | undefined; events: Record<string, number> }> {
  const workflowId = `steps-${randomUUID()}`;
  const outcome = await temporal.execute(steps, { workflowId, input: { count, local: true }, waitMs: 60_000 });
  return { outcome, events: await eventsOf(workflowId) };
}

/** How often each type of event is in the history. */
async function eventsOf(workflowId: string): Promise<Record<string, number>> {
  const { events } = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
  const counts: Record<string, number> = {};
  for (const event of events ?? []) {
    const type = Object.keys(event).find((key) => key.endsWith('EventAttributes')) ?? '';
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return counts;
}

class NoGreeting extends DomainError {
  readonly code = 'no-greeting';
}

test.serial('several in a row take one workflow task', async (t) => {
  const names: string[] = [];
  composeGreeting = async ({ name }) => {
    names.push(name);
    return name;
  };
  const { outcome, events } = await run(3);
  t.deepEqual(outcome, { status: 'completed', result: { count: 3 } });
  t.deepEqual(names, ['Ada 1', 'Ada 2', 'Ada 3']);
  t.is(events['markerRecordedEventAttributes'], 3);
  t.is(events['workflowTaskCompletedEventAttributes'], 1);
  t.is(events['activityTaskScheduledEventAttributes'], undefined);
});

test.serial('are retried; a longer pause is a timer', async (t) => {
  const attempts: number[] = [];
  composeGreeting = async ({ name }) => {
    attempts.push(activityInfo().attempt);
    if (attempts.length < 4) throw new Error('not yet');
    return name;
  };
  const { outcome, events } = await run(1);
  t.deepEqual(outcome, { status: 'completed', result: { count: 1 } });
  t.deepEqual(attempts, [1, 2, 3, 4]);
  t.true((events['timerStartedEventAttributes'] ?? 0) >= 1);
});

test.serial('fail a run with their own code, as other activities do', async (t) => {
  composeGreeting = async () => {
    throw new NoGreeting('Nobody is here');
  };
  const { outcome } = await run(1);
  t.like(outcome, { status: 'failed', failure: { code: 'no-greeting', message: 'Nobody is here' } });
});

test.serial('a cancelled run ends while one waits for its next attempt', async (t) => {
  let attempts = 0;
  composeGreeting = async () => {
    attempts += 1;
    throw new Error('never');
  };
  const workflowId = `steps-${randomUUID()}`;
  await temporal.engine.start(steps, { workflowId, input: { count: 1, local: true } });
  await until('the third attempt', () => attempts >= 3);
  await temporal.client.workflow.getHandle(workflowId).cancel();
  t.like(await temporal.engine.result(workflowId, 30_000), { status: 'cancelled' });
});
