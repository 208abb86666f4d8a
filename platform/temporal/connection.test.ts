import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { readSettings } from '../settings/settings.js';
import { testProduct as product } from '../testing/test-product.js';
import { connectionOptions } from './connection.js';

const options = (env: Record<string, string>) =>
  connectionOptions(readSettings(product, { POSTGRES_PASSWORD: 'x', ...env }).settings);

test('is plain unless something asks for TLS', (t) => {
  t.deepEqual(options({}), { address: '127.0.0.1:7233', tls: false });
});

test('TEMPORAL_TLS turns TLS on, with the CAs of the system', (t) => {
  t.deepEqual(options({ TEMPORAL_TLS: 'true' }).tls, {});
});

test('an API key turns TLS on', (t) => {
  t.deepEqual(options({ TEMPORAL_API_KEY: 'key' }), { address: '127.0.0.1:7233', tls: {}, apiKey: 'key' });
});

test('a server name turns TLS on', (t) => {
  t.deepEqual(options({ TEMPORAL_TLS_SERVER_NAME: 'cloud' }).tls, { serverNameOverride: 'cloud' });
});

test('a file of a certificate that is not there is an error', (t) => {
  t.throws(
    () =>
      connectionOptions({
        ...readSettings(product, { POSTGRES_PASSWORD: 'x' }).settings,
        TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/nowhere.pem',
      }),
    { code: 'ENOENT' },
  );
});

test('a certificate that an editor saved with a byte order mark or CR line ends is PEM', (t) => {
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
