import type { Socket } from 'node:net';
import test from 'ava';
import { pino } from 'pino';
import { translateErrors } from '../../database/errors.js';
import type { RunsRepository } from '../../runs/run.js';
import { createCertificates } from '../support/certificates.js';
import { rowsOf } from '../support/postgres.js';
import { testRecords } from '../support/runs.js';
import { until } from '../support/until.js';
import { connect, settings, through } from './support/connect.js';
import { forward, forwardFromTls, listen } from './support/proxy.js';

const certificates = createCertificates('localhost');
test.after.always(() => certificates.remove());
const noRun = '018f0000-0000-7000-8000-000000000000';

test('fails with DatabaseUnavailable when the connection breaks during a statement, and reconnects for the next one', async (t) => {
  const { port, cut } = await listen(t, forward(settings));
  const service = `cut-${process.pid}`;
  const sequelize = connect(t, through(port), { applicationName: service });
  const observer = connect(t);
  const { sleep } = translateErrors({ sleep: () => sequelize.query('SELECT pg_sleep(60)') });
  const cutOff = t.throwsAsync(sleep(), { code: 'database-unavailable' });
  const running = `SELECT 1 FROM pg_stat_activity WHERE application_name = '${service}' AND wait_event = 'PgSleep'`;
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
  const sequelize = connect(
    t,
    { POSTGRES_POOL_MAX: 2, POSTGRES_CONNECT_TIMEOUT_MS: 3_000 },
    { applicationName: service },
  );
  const observer = connect(t);
  const first = await sequelize.transaction();
  const second = await sequelize.transaction();
  await t.throwsAsync(testRecords(sequelize).repository.list({ limit: 1 }), { code: 'database-unavailable' });
  const held = await rowsOf(
    observer,
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = '${service}'`,
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
