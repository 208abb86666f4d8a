import test from 'ava';
import { connectWithRetry } from '../../database/connect-with-retry.js';
import { freePort } from '../../http/free-port.js';
import { connect, settings, through } from './support/connect.js';
import { forward, listen, refuse } from './support/proxy.js';

test('waits for a server that starts late', async (t) => {
  const port = await freePort();
  const sequelize = connect(t, through(port));
  let log: (message: string) => void = t.fail;
  const logged = new Promise<string>((resolve) => {
    log = resolve;
  });
  const connected = connectWithRetry(sequelize, {
    timeoutMs: 20_000,
    logger: { info: (_fields: object, message = '') => log(message) },
  });
  t.regex(await logged, /is not reachable yet \(connect ECONNREFUSED/);
  await listen(t, forward(settings), port);
  await t.notThrowsAsync(connected);
});

test('waits while the server reports that it is starting', async (t) => {
  let attempts = 0;
  const { port } = await listen(t, (client) => {
    attempts += 1;
    const handler = attempts <= 2 ? refuse('57P03', 'the database system is starting up') : forward(settings);
    handler(client);
  });
  await connectWithRetry(connect(t, through(port)), { timeoutMs: 20_000 });
  t.is(attempts, 3);
});

test('gives up after the timeout and names the last failure', async (t) => {
  const port = await freePort();
  await t.throwsAsync(connectWithRetry(connect(t, through(port)), { timeoutMs: 300 }), {
    code: 'database-unavailable',
    message: new RegExp(`^PostgreSQL at 127.0.0.1:${port} .* within 300 ms: connect ECONNREFUSED`),
  });
});

test('treats a server that accepts connections but never answers as unreachable', async (t) => {
  const { port } = await listen(t, () => undefined);
  const sequelize = connect(t, { ...through(port), POSTGRES_CONNECT_TIMEOUT_MS: 200 });
  await t.throwsAsync(connectWithRetry(sequelize, { timeoutMs: 300 }), { code: 'database-unavailable' });
});

const refusals = [
  { sqlState: '28P01', message: 'password authentication failed for user "atlas"' },
  { sqlState: '28000', message: 'no pg_hba.conf entry for host' },
  { sqlState: '3D000', message: 'database "atlas" does not exist' },
];
for (const { sqlState, message } of refusals) {
  test(`fails on the first attempt when the server answers ${sqlState}: ${message}`, async (t) => {
    let attempts = 0;
    const { port } = await listen(t, (client) => {
      attempts += 1;
      refuse(sqlState, message)(client);
    });
    const error = await t.throwsAsync(connectWithRetry(connect(t, through(port)), { timeoutMs: 20_000 }), {
      code: 'database-refused',
    });
    t.true(error.message.endsWith(message));
    t.is(attempts, 1);
  });
}

test('fails at once when the database does not exist', async (t) => {
  const sequelize = connect(t, { POSTGRES_DB: 'nothing_here' });
  await t.throwsAsync(connectWithRetry(sequelize, { timeoutMs: 20_000 }), {
    code: 'database-refused',
    message: /database "nothing_here" does not exist/,
  });
});

test('stops when the signal is aborted, also during an attempt', async (t) => {
  const controller = new AbortController();
  const { port } = await listen(t, () => controller.abort(new Error('stopped')));
  const sequelize = connect(t, { ...through(port), POSTGRES_CONNECT_TIMEOUT_MS: 1_000 });
  await t.throwsAsync(connectWithRetry(sequelize, { timeoutMs: 20_000, signal: controller.signal }), {
    message: 'stopped',
  });
});
