import test from 'ava';
import { pino } from 'pino';
import { createHealth } from './health.js';
import { startHealthServer } from './health-server.js';

const logger = pino({ level: 'silent' });
const settings = { host: 'WORKER_HEALTH_HOST', port: 'WORKER_HEALTH_PORT' };
const start = (state: { down: boolean; shuttingDown: boolean }) =>
  startHealthServer({
    host: '127.0.0.1',
    port: 0,
    settings,
    logger,
    health: createHealth({
      service: 'worker',
      version: '1.2.3',
      logger,
      maxAgeMs: 0,
      isShuttingDown: () => state.shuttingDown,
      checks: [
        { name: 'polling', critical: true, run: async () => (state.down ? Promise.reject(new Error('no')) : {}) },
      ],
    }),
  });

test('serves the three health endpoints', async (t) => {
  const server = await start({ down: false, shuttingDown: false });
  t.teardown(() => server.close());
  for (const path of ['/health', '/health/live', '/health/ready']) {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`);
    t.is(answer.status, 200, path);
    t.is(answer.headers.get('cache-control'), 'no-store');
    t.is(((await answer.json()) as { status: string }).status, 'ok');
  }
  t.is((await fetch(`http://127.0.0.1:${server.port}/`)).status, 404);
});

test('answers 503 with Retry-After while a critical component is down, but stays live', async (t) => {
  const server = await start({ down: true, shuttingDown: false });
  t.teardown(() => server.close());
  const answers = await Promise.all(
    ['', '/ready', '/live'].map((path) => fetch(`http://127.0.0.1:${server.port}/health${path}`)),
  );
  t.deepEqual(
    answers.map(({ status }) => status),
    [503, 503, 200],
  );
  t.is(answers[0]?.headers.get('retry-after'), '2');
  await Promise.all(answers.map((answer) => answer.body?.cancel()));
});

test('is not ready during shutdown, and the report shows it', async (t) => {
  const server = await start({ down: false, shuttingDown: true });
  t.teardown(() => server.close());
  t.is((await fetch(`http://127.0.0.1:${server.port}/health/ready`)).status, 503);
  const report = await fetch(`http://127.0.0.1:${server.port}/health`);
  t.is(report.status, 200);
  t.like(await report.json(), { ready: false, shuttingDown: true });
});

test('the error for a port in use names the setting', async (t) => {
  const server = await start({ down: false, shuttingDown: false });
  t.teardown(() => server.close());
  const health = createHealth({ service: 'worker', version: '1', checks: [], logger, isShuttingDown: () => false });
  await t.throwsAsync(startHealthServer({ host: '127.0.0.1', port: server.port, settings, logger, health }), {
    message: /WORKER_HEALTH_PORT/,
  });
});
