import test from 'ava';
import { connectWithRetry } from '../../database/connect-with-retry.js';
import { tlsOptions } from '../../database/tls-options.js';
import { createCertificates } from '../support/certificates.js';
import { connect, settings, through } from './support/connect.js';
import { forwardFromTls, listen } from './support/proxy.js';

const certificates = createCertificates('localhost');
test.after.always(() => certificates.remove());
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
  t.throws(() => tlsOptions({ POSTGRES_TLS_MODE: 'require', POSTGRES_TLS_CA_PATH: '/no/such/file' }), {
    code: 'database-refused',
    message: /\/no\/such\/file \(POSTGRES_TLS_CA_PATH\)/,
  });
});
