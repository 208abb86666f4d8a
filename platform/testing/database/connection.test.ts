import type { Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { pino } from 'pino';
import { connectWithRetry, createDatabase, type DatabaseSettings } from '../../database/connection.js';
import { translateErrors } from '../../database/errors.js';
import type { RunsRepository } from '../../runs/run.js';
import { createCertificates } from '../support/certificates.js';
import { rowsOf, settingsFor } from '../support/postgres.js';
import { testRecords } from '../support/runs.js';
import { freePort } from '../support/service-process.js';
import { until } from '../support/until.js';
import { forward, forwardFromTls, listen, refuse } from './support/proxy.js';

const settings: DatabaseSettings = settingsFor('postgres');
const certificates = createCertificates('localhost');
test.after.always(() => certificates.remove());
const noRun = '018f0000-0000-7000-8000-000000000000';

function connect(t: ExecutionContext, overrides: Partial<DatabaseSettings> = {}, options = {}) {
  const sequelize = createDatabase({ ...settings, ...overrides }, options);
  t.teardown(() => sequelize.close());
  return sequelize;
}

const through = (port: number) => ({ POSTGRES_HOST: '127.0.0.1', POSTGRES_PORT: port });

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

test('fails with DatabaseUnavailable when the connection breaks during a statement, and reconnects for the next one', async (t) => {
  const { port, cut } = await listen(t, forward(settings));
  const service = `cut-${process.pid}`;
  const sequelize = connect(t, through(port), { service });
  const observer = connect(t);
  const { sleep } = translateErrors({ sleep: () => sequelize.query('SELECT pg_sleep(60)') });
  const cutOff = t.throwsAsync(sleep(), { code: 'database-unavailable' });
  const running = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'atlas-${service}' AND wait_event = 'PgSleep'`;
  await until('the statement runs', async () => (await rowsOf(observer, running)).length === 1);
  cut();
  await cutOff;
  await t.notThrowsAsync(sequelize.authenticate());
});

test('fails with DatabaseUnavailable when the server ends the session during a transaction', async (t) => {
  const sequelize = connect(t);
  const { end } = translateErrors({
    end: () =>
      sequelize.transaction((transaction) =>
        sequelize.query('SELECT pg_terminate_backend(pg_backend_pid())', { transaction }),
      ),
  });
  await t.throwsAsync(end(), { code: 'database-unavailable' });
  await t.notThrowsAsync(sequelize.authenticate());
});

const silent = [
  { what: 'a query', encrypted: false, call: (runs: RunsRepository) => runs.list({ limit: 1 }) },
  { what: 'a prepared statement', encrypted: false, call: (runs: RunsRepository) => runs.find(noRun) },
  { what: 'a prepared statement over TLS', encrypted: true, call: (runs: RunsRepository) => runs.find(noRun) },
];
for (const { what, encrypted, call } of silent) {
  test(`${what} fails with DatabaseUnavailable when the server stops answering`, async (t) => {
    const clients: Socket[] = [];
    const plain = await listen(t, (client) => {
      clients.push(client);
      forward(settings)(client);
    });
    const { port } = encrypted ? await listen(t, forwardFromTls(through(plain.port), certificates.server)) : plain;
    const sequelize = connect(t, {
      ...through(port),
      POSTGRES_STATEMENT_TIMEOUT_MS: 200,
      POSTGRES_TLS_MODE: encrypted ? 'require' : 'disable',
    });
    await sequelize.authenticate();
    for (const client of clients) client.pause();
    await t.throwsAsync(call(testRecords(sequelize).repository), { code: 'database-unavailable' });
    await t.notThrowsAsync(sequelize.authenticate());
  });
}

test('opens at most POSTGRES_POOL_MAX connections, and fails when none is free in time', async (t) => {
  const service = `pool-${process.pid}`;
  const sequelize = connect(t, { POSTGRES_POOL_MAX: 2, POSTGRES_CONNECT_TIMEOUT_MS: 3_000 }, { service });
  const observer = connect(t);
  const first = await sequelize.transaction();
  const second = await sequelize.transaction();
  await t.throwsAsync(testRecords(sequelize).repository.list({ limit: 1 }), { code: 'database-unavailable' });
  const held = await rowsOf(
    observer,
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'atlas-${service}'`,
  );
  t.deepEqual(held, [{ count: 2 }]);
  await Promise.all([first.rollback(), second.rollback()]);
  await t.notThrowsAsync(sequelize.authenticate());
});

test('logs statements at level trace only, without bind values', async (t) => {
  const lines: string[] = [];
  const logger = (level: string) => pino({ level }, { write: (line: string) => void lines.push(line) });
  const bind = { secret: 'hunter2' };
  await connect(t, {}, { logger: logger('debug') }).query('SELECT $secret::text', { bind });
  t.deepEqual(lines, []);
  await connect(t, {}, { logger: logger('trace') }).query('SELECT $secret::text', { bind });
  t.true(lines.some((line) => line.includes('SELECT $1::text')));
  t.false(lines.some((line) => line.includes('hunter2')));
});

const { ca, otherCa } = certificates;
const tls = [
  { mode: 'require', ca: undefined, host: '127.0.0.1', trusted: true },
  { mode: 'require', ca, host: '127.0.0.1', trusted: true },
  { mode: 'require', ca: otherCa, host: '127.0.0.1', trusted: false },
  { mode: 'verify-full', ca, host: 'localhost', trusted: true },
  { mode: 'verify-full', ca, host: '127.0.0.1', trusted: false },
  { mode: 'verify-full', ca: otherCa, host: 'localhost', trusted: false },
  { mode: 'verify-full', ca: undefined, host: 'localhost', trusted: false },
] as const;
for (const { mode, ca: caPath, host, trusted } of tls) {
  const authority = caPath === ca ? 'its CA' : caPath === otherCa ? 'another CA' : 'no CA';
  test(`TLS mode ${mode} with ${authority} ${trusted ? 'accepts' : 'rejects'} the certificate of localhost at ${host}`, async (t) => {
    const { port } = await listen(t, forwardFromTls(settings, certificates.server));
    const sequelize = connect(t, {
      POSTGRES_HOST: host,
      POSTGRES_PORT: port,
      POSTGRES_TLS_MODE: mode,
      POSTGRES_TLS_CA_PATH: caPath,
    });
    const connected = connectWithRetry(sequelize, { timeoutMs: 20_000 });
    await (trusted ? t.notThrowsAsync(connected) : t.throwsAsync(connected, { code: 'database-refused' }));
  });
}

test('does not fall back to an unencrypted connection when the server has no TLS', async (t) => {
  const { port } = await listen(t, (client) => client.once('data', () => client.end('N')));
  const sequelize = connect(t, { ...through(port), POSTGRES_TLS_MODE: 'require' });
  await t.throwsAsync(connectWithRetry(sequelize, { timeoutMs: 20_000 }), {
    code: 'database-refused',
    message: /does not support SSL/,
  });
});

test('names a CA file that it cannot read', (t) => {
  t.throws(() => createDatabase({ ...settings, POSTGRES_TLS_MODE: 'require', POSTGRES_TLS_CA_PATH: '/no/such/file' }), {
    code: 'database-refused',
    message: /\/no\/such\/file \(POSTGRES_TLS_CA_PATH\)/,
  });
});

/** A message of PostgreSQL's protocol: type, length (including itself) and body. */
function message(type: string, body: Buffer | string): Buffer {
  const bytes = Buffer.from(body);
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length + 4);
  return Buffer.concat([Buffer.from(type), length, bytes]);
}

test('survives a server that dies right after authentication', async (t) => {
  const welcome = [message('R', Buffer.alloc(4)), message('Z', 'I')];
  const death = message('E', 'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0');
  const { port } = await listen(t, (client) => {
    client.once('data', () => client.end(Buffer.concat([...welcome, death])));
  });
  const sequelize = connect(t, through(port));
  await t.throwsAsync(testRecords(sequelize).repository.find(noRun), {
    code: 'database-unavailable',
  });
});
