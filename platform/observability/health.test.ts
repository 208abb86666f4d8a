import test from 'ava';
import { pino } from 'pino';
import { DatabaseUnavailable } from '../errors/platform.js';
import { createHealth, type HealthProps } from './health.js';
import type { HealthCheck } from './health-check.js';

const healthOf = (checks: HealthCheck[], props: Partial<HealthProps> = {}) =>
  createHealth({
    service: 'api',
    version: '1.2.3',
    checks,
    logger: pino({ level: 'silent' }),
    isShuttingDown: () => false,
    ...props,
  });
const well = (name = 'postgres', critical = true): HealthCheck => ({
  name,
  critical,
  run: async () => ({ version: '17' }),
});
const ill = (name = 'postgres', critical = true): HealthCheck => ({
  name,
  critical,
  run: () => Promise.reject(new DatabaseUnavailable('connect ECONNREFUSED 10.0.0.1:5432')),
});

test('live says who it is and runs no check', (t) => {
  const health = healthOf([{ name: 'x', critical: true, run: () => t.fail() as never }]);
  t.like(health.live(), { status: 'ok', service: 'api', version: '1.2.3' });
});

test('all is well when every check is', async (t) => {
  const health = healthOf([well()]);
  t.deepEqual(await health.ready(), { status: 'ok', ready: true, shuttingDown: false, failing: [] });
  const report = await health.report();
  t.like(report, { status: 'ok', ready: true, service: 'api', version: '1.2.3' });
  t.like(report.components['postgres'], { state: 'ok', critical: true, version: '17' });
  t.is(typeof report.components['postgres']?.latencyMs, 'number');
});

test('a critical component that is down makes it down and unready', async (t) => {
  t.deepEqual(await healthOf([ill(), well('temporal')]).ready(), {
    status: 'down',
    ready: false,
    shuttingDown: false,
    failing: ['postgres'],
  });
});

test('another that is down makes it degraded, and still ready', async (t) => {
  t.like(await healthOf([well(), ill('temporal', false)]).ready(), { status: 'degraded', ready: true });
});

test('a component that calls itself degraded makes it degraded', async (t) => {
  const half: HealthCheck = { name: 'x', critical: true, run: async () => ({ state: 'degraded', detail: 'half' }) };
  t.like(await healthOf([half]).ready(), { status: 'degraded', ready: true, failing: ['x'] });
});

test('shutting down is unready at once, whatever was found before', async (t) => {
  let shuttingDown = false;
  const health = healthOf([well()], { isShuttingDown: () => shuttingDown });
  t.true((await health.ready()).ready);
  shuttingDown = true;
  t.like(await health.ready(), { status: 'ok', ready: false, shuttingDown: true });
});

test('a check that does not answer is given up, and told to stop', async (t) => {
  let aborted = false;
  const silent: HealthCheck = {
    name: 'temporal',
    critical: true,
    run: (signal) =>
      new Promise(() => {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
      }),
  };
  const report = await healthOf([silent], { timeoutMs: 20 }).report();
  t.deepEqual(report.components['temporal']?.error, { code: 'check-timed-out', message: 'no answer within 20 ms' });
  t.true(aborted);
});

test('what an error says is not shown, only its code', async (t) => {
  const report = await healthOf([
    ill(),
    { name: 'other', critical: false, run: () => Promise.reject(new Error('secret')) },
  ]).report();
  t.deepEqual(report.components['postgres']?.error, {
    code: 'database-unavailable',
    message: 'PostgreSQL does not answer',
  });
  t.is(report.components['other']?.error?.code, 'check-failed');
  t.notRegex(JSON.stringify(report), /secret|10\.0\.0\.1/);
});

test('probes at the same time share one round of checks', async (t) => {
  let runs = 0;
  const counted: HealthCheck = { name: 'x', critical: true, run: async () => ({ detail: String(++runs) }) };
  const health = healthOf([counted], { maxAgeMs: 60_000 });
  await Promise.all([health.ready(), health.report(), health.ready()]);
  await health.report();
  t.is(runs, 1);
});

test('a result is used again only while it is fresh', async (t) => {
  let runs = 0;
  const counted: HealthCheck = { name: 'x', critical: true, run: async () => ({ detail: String(++runs) }) };
  const health = healthOf([counted], { maxAgeMs: 1 });
  const deadline = Date.now() + 60_000;
  while (runs < 2 && Date.now() < deadline) {
    await health.ready();
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.true(runs >= 2);
});

/** What is logged, level and message, while a component is asked many times in each of these states. */
async function loggedWhile(states: readonly { readonly up: boolean; readonly starting: boolean }[]): Promise<string[]> {
  const lines: string[] = [];
  const write = (line: string) => {
    const { level, msg, err } = JSON.parse(line);
    lines.push(`${pino.levels.labels[level]} ${msg}${err ? ', with its error' : ''}`);
  };
  let now = { up: false, starting: true };
  let asked = 0;
  const check: HealthCheck = {
    name: 'x',
    critical: true,
    run: (signal) => {
      asked += 1;
      return (now.up ? well() : ill()).run(signal);
    },
  };
  const health = healthOf([check], {
    logger: pino({ level: 'info' }, { write }),
    isStarting: () => now.starting,
    maxAgeMs: 0,
  });
  for (const state of states) {
    now = state;
    for (const target = asked + 3; asked < target; await new Promise((resolve) => setImmediate(resolve)))
      await health.ready();
  }
  return lines;
}
const starting = true;
const down = 'warn component is down, with its error';

test('going down and coming back are logged once each', async (t) => {
  const states = [true, false, true, false].map((up) => ({ up, starting: false }));
  t.deepEqual(await loggedWhile(states), [down, 'info component is back', down]);
});

test('what is not there yet is no warning while everything starts', async (t) => {
  t.deepEqual(
    await loggedWhile([
      { up: false, starting },
      { up: true, starting },
    ]),
    ['info component is not there yet', 'info component is there'],
  );
});

test('what is still not there after the start is a warning, and so is what goes down during it', async (t) => {
  t.deepEqual(
    await loggedWhile([
      { up: false, starting },
      { up: false, starting: false },
    ]),
    ['info component is not there yet', down],
  );
  t.deepEqual(
    await loggedWhile([
      { up: true, starting },
      { up: false, starting },
    ]),
    [down],
  );
});
