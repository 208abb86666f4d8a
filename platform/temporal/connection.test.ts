import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { readSettings } from '../settings/settings.js';
import { testProduct as product } from '../testing/test-product.js';
import { connectionOptions } from './connection.js';

const options = (env: Record<string, string>) =>
  connectionOptions(readSettings(product, { POSTGRES_PASSWORD: 'x', ...env }).settings);

test('has no TLS by default', (t) => {
  t.deepEqual(options({}), { address: '127.0.0.1:7233', tls: false });
});

test('enables TLS with the CAs of the system for TEMPORAL_TLS', (t) => {
  t.deepEqual(options({ TEMPORAL_TLS: 'true' }).tls, {});
});

test('enables TLS for an API key', (t) => {
  t.deepEqual(options({ TEMPORAL_API_KEY: 'key' }), { address: '127.0.0.1:7233', tls: {}, apiKey: 'key' });
});

test('enables TLS for a server name', (t) => {
  t.deepEqual(options({ TEMPORAL_TLS_SERVER_NAME: 'cloud' }).tls, { serverNameOverride: 'cloud' });
});

test('throws for a missing certificate file', (t) => {
  t.throws(
    () =>
      connectionOptions({
        ...readSettings(product, { POSTGRES_PASSWORD: 'x' }).settings,
        TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/nowhere.pem',
      }),
    { code: 'ENOENT' },
  );
});

test('reads certificates with a byte order mark or CR line ends', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-pem-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'ca.pem');
  const pem = '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n';
  for (const end of ['\n', '\r\n', '\r']) {
    writeFileSync(path, `\ufeff${pem.replaceAll('\n', end)}`);
    const { tls } = options({ TEMPORAL_TLS_SERVER_CA_CERT_PATH: path });
    t.deepEqual(tls, { serverRootCACertificate: new TextEncoder().encode(pem) });
  }
});
