import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import test, { type ExecutionContext } from 'ava';
import { freePort } from '../../platform/http/free-port.js';
import { isFree } from '../cli/port-free.js';
import { type PortRequest, planPorts } from './ports.js';

async function listen(t: ExecutionContext, host = '127.0.0.1'): Promise<number> {
  const port = await freePort(host);
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  t.teardown(() => server.close());
  return port;
}

const request = (port: number, set = false, variable = 'API_PORT'): PortRequest => ({
  title: 'the API',
  variable,
  host: '127.0.0.1',
  port,
  set,
});

test('uses a free port', async (t) => {
  const port = await freePort();
  const plan = await planPorts({ api: request(port) });
  t.teardown(plan.release);
  t.deepEqual([plan.ports, plan.moved], [{ api: port }, []]);
});

test('moves a default port that is in use to a later one', async (t) => {
  const taken = await listen(t);
  const plan = await planPorts({ api: request(taken) });
  t.teardown(plan.release);
  t.true(plan.ports.api > taken);
  t.deepEqual(plan.moved, [{ request: request(taken), port: plan.ports.api }]);
});

test('a port that is in use on all addresses is in use', async (t) => {
  const taken = await listen(t, '0.0.0.0');
  const plan = await planPorts({ api: request(taken) });
  t.teardown(plan.release);
  t.not(plan.ports.api, taken);
});

const loopbackV6 = Object.values(networkInterfaces())
  .flat()
  .some((it) => it?.address === '::1');

for (const host of ['127.0.0.1', 'localhost', '0.0.0.0'])
  test(`a port that another program uses on [::1] is in use for ${host}, if there is IPv6`, async (t) => {
    const port = loopbackV6 ? await listen(t, '::1') : await freePort();
    const plan = await planPorts({ api: { ...request(port), host } });
    t.teardown(plan.release);
    t.is(plan.ports.api === port, !loopbackV6);
    if (!loopbackV6) return;
    await t.throwsAsync(planPorts({ api: { ...request(port, true), host } }), { code: 'ports-taken' });
  });

test('a port that moves does not take another default port', async (t) => {
  let taken = await listen(t);
  while (!(await isFree('127.0.0.1', taken + 1))) taken = await listen(t);
  const plan = await planPorts({ api: request(taken), worker: request(taken + 1) });
  t.teardown(plan.release);
  t.is(plan.ports.worker, taken + 1);
  t.true(plan.ports.api > taken + 1);
});

test('names all ports that were set and are in use, with their variables', async (t) => {
  const [api, ui] = [await listen(t), await listen(t)];
  const error = await t.throwsAsync(
    planPorts({
      api: request(api, true),
      ui: request(ui, true, 'TEMPORAL_UI_PORT'),
      worker: request(await freePort()),
    }),
    { code: 'ports-taken' },
  );
  t.true(error.message.includes(`Port ${api}, set by API_PORT`));
  t.true(error.message.includes(`Port ${ui}, set by TEMPORAL_UI_PORT`));
  t.true(error.message.includes(`lsof -nP -iTCP:${ui} -sTCP:LISTEN`));
});

test('rejects one port for two services', async (t) => {
  const port = await freePort();
  await t.throwsAsync(planPorts({ api: request(port, true), ui: request(port, true, 'TEMPORAL_UI_PORT') }), {
    code: 'ports-clash',
    message: /API_PORT and TEMPORAL_UI_PORT/,
  });
});

test('plans at the same time share no port, and a released port is free again', async (t) => {
  const port = await freePort();
  const plans = await Promise.all([1, 2, 3].map(() => planPorts({ api: request(port) })));
  t.is(new Set(plans.map(({ ports }) => ports.api)).size, 3);
  for (const { release } of plans) release();
  const again = await planPorts({ api: request(port) });
  t.teardown(again.release);
  t.is(again.ports.api, port);
});

test('an address of another machine is an error, not a port in use', async (t) => {
  const port = await freePort();
  await t.throwsAsync(planPorts({ api: { ...request(port), host: '192.0.2.1' } }), {
    code: 'address-unusable',
    message: /192\.0\.2\.1/,
  });
});
