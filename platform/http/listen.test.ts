import { createServer } from 'node:http';
import test from 'ava';
import { listen } from './listen.js';

const settings = { host: 'API_HOST', port: 'API_PORT' };

test('port 0 takes a free port and tells which', async (t) => {
  const server = createServer();
  t.teardown(() => server.close());
  t.true((await listen(server, { host: '127.0.0.1', port: 0, settings })) > 0);
});

test('a port in use is one line that names the setting', async (t) => {
  const holder = createServer();
  t.teardown(() => holder.close());
  const port = await listen(holder, { host: '127.0.0.1', port: 0, settings });
  await t.throwsAsync(listen(createServer(), { host: '127.0.0.1', port, settings }), {
    code: 'address-unavailable',
    message: `Port ${port} of 127.0.0.1 is in use; set API_PORT to another port`,
  });
});

test('a host that is not of this machine names its setting', async (t) => {
  // 192.0.2.0/24 is for documentation (RFC 5737), so no machine has it
  await t.throwsAsync(listen(createServer(), { host: '192.0.2.1', port: 0, settings }), {
    code: 'address-unavailable',
    message: /^192\.0\.2\.1:0 cannot be listened on \(EADDRNOTAVAIL\); set API_HOST to an address of this machine$/,
  });
});
