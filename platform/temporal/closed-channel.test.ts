import { once } from 'node:events';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { readSettings } from '../settings/settings.js';
import { testProduct } from '../testing/test-product.js';
import { createTemporalClient } from './connection.js';

test('a call that is waiting for its retry ends when the connection closes', async (t) => {
  let calls = 0;
  const unavailable = createServer((_request, response) => {
    calls += 1;
    response.writeHead(200, { 'content-type': 'application/grpc', 'grpc-status': '14', 'grpc-message': 'away' });
    response.end();
  });
  unavailable.listen(0, '127.0.0.1');
  await once(unavailable, 'listening');
  t.teardown(() => unavailable.close());
  const { port } = unavailable.address() as AddressInfo;
  const { settings } = readSettings(testProduct, {
    POSTGRES_PASSWORD: 'not-used',
    TEMPORAL_ADDRESS: `127.0.0.1:${port}`,
  });
  const { connection } = createTemporalClient(settings);
  const answered = once(unavailable, 'stream');
  const failed = t.throwsAsync(
    connection.withDeadline(Date.now() + 5_000, () => connection.workflowService.getSystemInfo({})),
  );
  await answered;
  await connection.close();
  await failed;
  t.true(calls > 0);
});
