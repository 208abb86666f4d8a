import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import test from 'ava';
import { pino } from 'pino';
import { createTemporalClient } from '../../temporal/connection.js';
import { ensureNamespace } from '../../temporal/namespace.js';
import { connectWorker } from '../../worker/connect.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';

let temporal: TestTemporal;
/** Targets of the proxy's CONNECT requests. */
const asked = new Map<string, string | undefined>();
const [elsewhere, user] = ['temporal.example.com:7233', 'ada:secret'];

/** A proxy that forwards every target to the test's Temporal. */
const proxy = createServer().on('connect', (request, socket) => {
  asked.set(request.url ?? '', request.headers['proxy-authorization']);
  const [host, port] = temporal.settings.TEMPORAL_ADDRESS.split(':');
  const upstream = connect(Number(port), host, () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    socket.pipe(upstream).pipe(socket);
  });
  for (const end of [socket, upstream]) end.on('error', () => {});
});

test.before(async () => {
  temporal = await createTestTemporal();
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  process.env['http_proxy'] = `http://${user}@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
test.after.always(async () => {
  await temporal?.close();
  proxy.close();
  proxy.closeAllConnections();
});

/** Connects client and worker as a worker process does. */
async function connectBoth(address: string): Promise<void> {
  const settings = { ...temporal.settings, TEMPORAL_ADDRESS: address };
  const client = createTemporalClient(settings);
  try {
    await ensureNamespace(client, settings);
    const deps = { settings, client, logger: pino({ level: 'silent' }), signal: AbortSignal.timeout(20_000) };
    await (await connectWorker(deps)).close();
  } finally {
    await client.connection.close();
  }
}

test.serial('connects to Temporal on this machine without the proxy of the environment', async (t) => {
  const port = temporal.settings.TEMPORAL_ADDRESS.split(':')[1];
  for (const host of ['127.0.0.1', 'localhost']) await t.notThrowsAsync(connectBoth(`${host}:${port}`), host);
  t.deepEqual([...asked], []);
});

test.serial('connects client and worker to a remote Temporal through the proxy, with its password', async (t) => {
  await connectBoth(elsewhere);
  t.deepEqual([...asked], [[elsewhere, `Basic ${Buffer.from(user).toString('base64')}`]]);
});
