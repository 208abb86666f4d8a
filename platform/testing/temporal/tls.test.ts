import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createSecureServer, type IncomingHttpHeaders } from 'node:http2';
import { type AddressInfo, connect, type Server } from 'node:net';
import { createServer } from 'node:tls';
import { NativeConnection } from '@temporalio/worker';
import test from 'ava';
import { readSettings } from '../../settings/settings.js';
import { connectionOptions, createTemporalClient } from '../../temporal/connection.js';
import { createCall } from '../../temporal/errors.js';
import { createCertificates } from '../support/certificates.js';
import { testProduct as product } from '../test-product.js';
import '../support/runtime.js';
import { serverVariable } from '../support/servers.js';

const serverName = 'temporal.internal';
const certificates = createCertificates(serverName);
test.after.always(() => certificates.remove());

const serverTls = () => ({
  key: readFileSync(certificates.server.key),
  cert: readFileSync(certificates.server.cert),
});

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Terminates TLS in front of the real Temporal, and requires a client certificate of the CA. */
async function mutualTlsFrontend(onEnd: (end: () => void) => void): Promise<string> {
  const [host, port] = serverVariable('TEST_TEMPORAL_ADDRESS').split(':');
  const options = { ...serverTls(), ca: readFileSync(certificates.ca), requestCert: true, ALPNProtocols: ['h2'] };
  const sockets = new Set<{ destroy(): unknown }>();
  const server = createServer(options, (socket) => {
    const upstream = connect(Number(port), host);
    for (const end of [socket, upstream]) {
      sockets.add(end);
      end.on('error', () => {});
      end.on('close', () => (end === socket ? upstream : socket).destroy());
    }
    socket.pipe(upstream).pipe(socket);
  });
  onEnd(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return listening(server);
}

const settingsFor = (address: string, env: Record<string, string>) =>
  readSettings(product, {
    POSTGRES_PASSWORD: 'not-used',
    TEMPORAL_ADDRESS: address,
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: certificates.ca,
    TEMPORAL_TLS_SERVER_NAME: serverName,
    ...env,
  }).settings;

/** @param timeoutMs - by default, longer than a busy machine takes */
async function serverVersion(settings: ReturnType<typeof settingsFor>, timeoutMs = 30_000): Promise<string> {
  const client = createTemporalClient(settings);
  try {
    const call = createCall(client.connection, timeoutMs);
    return (await call(() => client.workflowService.getSystemInfo({}))).serverVersion;
  } finally {
    await client.connection.close();
  }
}

test('connects client and worker to a server with mTLS, with certificates from files', async (t) => {
  const address = await mutualTlsFrontend((end) => t.teardown(end));
  const settings = settingsFor(address, {
    TEMPORAL_TLS_CLIENT_CERT_PATH: certificates.client.cert,
    TEMPORAL_TLS_CLIENT_KEY_PATH: certificates.client.key,
  });
  t.regex(await serverVersion(settings), /^\d+\.\d+/);
  const connection = await NativeConnection.connect(connectionOptions(settings));
  await t.notThrowsAsync(connection.close());
});

test('accepts certificates as text', async (t) => {
  const address = await mutualTlsFrontend((end) => t.teardown(end));
  const settings = settingsFor(address, {
    TEMPORAL_TLS_CLIENT_CERT_DATA: readFileSync(certificates.client.cert, 'utf8'),
    TEMPORAL_TLS_CLIENT_KEY_DATA: readFileSync(certificates.client.key, 'utf8'),
  });
  t.regex(await serverVersion(settings), /^\d+\.\d+/);
});

test('does not connect to a server with mTLS without a client certificate', async (t) => {
  const address = await mutualTlsFrontend((end) => t.teardown(end));
  await t.throwsAsync(serverVersion(settingsFor(address, {}), 2_000), { code: 'temporal-unavailable' });
});

test('does not trust a server with another name', async (t) => {
  const address = await mutualTlsFrontend((end) => t.teardown(end));
  const settings = settingsFor(address, {
    TEMPORAL_TLS_SERVER_NAME: 'elsewhere.internal',
    TEMPORAL_TLS_CLIENT_CERT_PATH: certificates.client.cert,
    TEMPORAL_TLS_CLIENT_KEY_PATH: certificates.client.key,
  });
  await t.throwsAsync(serverVersion(settings, 2_000), { code: 'temporal-unavailable' });
});

test('sends an API key over TLS as a bearer token, and reports a rejected one as temporal-unauthorized', async (t) => {
  const seen: IncomingHttpHeaders[] = [];
  const server = createSecureServer(serverTls());
  server.on('stream', (stream, headers) => {
    seen.push(headers);
    const refusal = { 'content-type': 'application/grpc', 'grpc-status': '16', 'grpc-message': 'unknown API key' };
    stream.respond({ ':status': 200, ...refusal }, { endStream: true });
  });
  t.teardown(() => server.close());
  const settings = settingsFor(await listening(server), { TEMPORAL_API_KEY: 'a-key' });
  await t.throwsAsync(serverVersion(settings), { code: 'temporal-unauthorized', message: /unknown API key/ });
  t.is(seen[0]?.['authorization'], 'Bearer a-key');
});
