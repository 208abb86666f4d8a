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

test('liveness identifies the process and runs no check', (t) => {
  const health = healthOf([{ name: 'x', critical: true, run: () => t.fail() as never }]);
  t.like(health.live(), { status: 'ok', service: 'api', version: '1.2.3' });
});

test('is ok when every check is ok', async (t) => {
  const health = healthOf([well()]);
  t.deepEqual(await health.ready(), { status: 'ok', ready: true, shuttingDown: false, failing: [] });
  const report = await health.report();
  t.like(report, { status: 'ok', ready: true, service: 'api', version: '1.2.3' });
  t.like(report.components['postgres'], { state: 'ok', critical: true, version: '17' });
  t.is(typeof report.components['postgres']?.latencyMs, 'number');
});

test('is down and not ready while a critical component is down', async (t) => {
  t.deepEqual(await healthOf([ill(), well('temporal')]).ready(), {
    status: 'down',
    ready: false,
    shuttingDown: false,
    failing: ['postgres'],
  });
});

test('is degraded but ready while another component is down', async (t) => {
  t.like(await healthOf([well(), ill('temporal', false)]).ready(), { status: 'degraded', ready: true });
});

test('is degraded while a component reports itself degraded', async (t) => {
  const half: HealthCheck = { name: 'x', critical: true, run: async () => ({ state: 'degraded', detail: 'half' }) };
  t.like(await healthOf([half]).ready(), { status: 'degraded', ready: true, failing: ['x'] });
});

test('is not ready as soon as it shuts down, despite cached results', async (t) => {
  let shuttingDown = false;
  const health = healthOf([well()], { isShuttingDown: () => shuttingDown });
  t.true((await health.ready()).ready);
  shuttingDown = true;
  t.like(await health.ready(), { status: 'ok', ready: false, shuttingDown: true });
});

test('aborts a check that does not answer in time', async (t) => {
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
  t.deepEqual(report.components['temporal']?.error, { code: 'check-timed-out', message: 'No answer within 20 ms' });
  t.true(aborted);
});

test('shows the code of an error, not its message', async (t) => {
  const report = await healthOf([
    ill(),
    { name: 'other', critical: false, run: () => Promise.reject(new Error('secret')) },
  ]).report();
  t.deepEqual(report.components['postgres']?.error, {
    code: 'database-unavailable',
    message: 'PostgreSQL is unavailable',
  });
  t.is(report.components['other']?.error?.code, 'check-failed');
  t.notRegex(JSON.stringify(report), /secret|10\.0\.0\.1/);
});

test('concurrent probes share one round of checks', async (t) => {
  let runs = 0;
  const counted: HealthCheck = { name: 'x', critical: true, run: async () => ({ detail: String(++runs) }) };
  const health = healthOf([counted], { maxAgeMs: 60_000 });
  await Promise.all([health.ready(), health.report(), health.ready()]);
  await health.report();
  t.is(runs, 1);
});

test('runs the checks again when the results expire', async (t) => {
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

/** Level and message of each log line while a component is checked several times in each of these states. */
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
const down = 'warn Component is down, with its error';

test('logs each failure and each recovery once', async (t) => {
  const states = [true, false, true, false].map((up) => ({ up, starting: false }));
  t.deepEqual(await loggedWhile(states), [down, 'info Component recovered', down]);
});

test('logs an unavailable component at info while the process starts', async (t) => {
  t.deepEqual(
    await loggedWhile([
      { up: false, starting },
      { up: true, starting },
    ]),
    ['info Component is not ready yet', 'info Component is ready'],
  );
});

test('warns about a component that is unavailable after the start or goes down during it', async (t) => {
  t.deepEqual(
    await loggedWhile([
      { up: false, starting },
      { up: false, starting: false },
    ]),
    ['info Component is not ready yet', down],
  );
  t.deepEqual(
    await loggedWhile([
      { up: true, starting },
      { up: false, starting },
    ]),
    [down],
  );
});
