import { createServer } from 'node:http';
import test from 'ava';
import { listen } from './listen.js';

const settings = { host: 'API_HOST', port: 'API_PORT' };

test('port 0 selects a free port and returns it', async (t) => {
  const server = createServer();
  t.teardown(() => server.close());
  t.true((await listen(server, { host: '127.0.0.1', port: 0, settings })) > 0);
});

test('the error for a port in use names the setting', async (t) => {
  const holder = createServer();
  t.teardown(() => holder.close());
  const port = await listen(holder, { host: '127.0.0.1', port: 0, settings });
  await t.throwsAsync(listen(createServer(), { host: '127.0.0.1', port, settings }), {
    code: 'address-unavailable',
    message: `Port ${port} is in use on 127.0.0.1; set API_PORT to another port`,
  });
});

test('the error for an address of another machine names the setting', async (t) => {
  // 192.0.2.0/24 is reserved for documentation (RFC 5737).
  await t.throwsAsync(listen(createServer(), { host: '192.0.2.1', port: 0, settings }), {
    code: 'address-unavailable',
    message: /^Cannot listen on 192\.0\.2\.1:0 \(EADDRNOTAVAIL\); set API_HOST to an address of this machine$/,
  });
});
