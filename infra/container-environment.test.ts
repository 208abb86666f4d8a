import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { product } from '../config/product.js';
import { readSettings } from '../platform/settings/settings.js';
import { type AppRole, containerEnvironment, secretsFolder } from './container-environment.js';

const deployed = (env: Record<string, string>, role: AppRole = 'worker') =>
  containerEnvironment(role, readSettings(product, { POSTGRES_PASSWORD: 'canary', ...env }).settings);

test('a container can read its settings from the environment', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-secrets-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'postgres-password'), 'from the file');
  const mounted = Object.entries(deployed({ LOG_LEVEL: 'debug', WORKER_TASK_QUEUES: 'activities' })).map(
    ([name, value]) => [name, value.replace(secretsFolder, folder)],
  );
  const { settings, warnings } = readSettings(product, Object.fromEntries(mounted));
  t.like(settings, { POSTGRES_PASSWORD: 'from the file', LOG_LEVEL: 'debug', WORKER_TASK_QUEUES: ['activities'] });
  t.deepEqual(warnings, []);
});

test('ignores hosts and ports of this machine', (t) => {
  const ofThisMachine = {
    POSTGRES_HOST: '127.0.0.1',
    POSTGRES_PORT: '15432',
    TEMPORAL_ADDRESS: '127.0.0.1:17233',
    API_PORT: '8080',
  };
  t.like(deployed(ofThisMachine, 'api'), {
    POSTGRES_HOST: 'postgres',
    POSTGRES_PORT: '5432',
    TEMPORAL_ADDRESS: 'temporal:7233',
    API_HOST: '0.0.0.0',
    API_PORT: '3000',
  });
});

test('contains no secrets', (t) => {
  const env = deployed({
    TEMPORAL_API_KEY: 'canary',
    TEMPORAL_TLS_CLIENT_KEY_DATA: 'canary',
    TEMPORAL_TLS_CLIENT_CERT_DATA: 'x',
  });
  t.false(JSON.stringify(env).includes('canary'));
  t.is(env['POSTGRES_PASSWORD_FILE'], '/run/secrets/postgres-password');
});

test('a role gets only the settings that it reads', (t) => {
  const names = (role: AppRole) => Object.keys(deployed({}, role));
  t.true(names('api').every((name) => !name.startsWith('WORKER_')));
  t.true(names('worker').every((name) => !name.startsWith('API_')));
  t.true(names('migrate').every((name) => !/^(WORKER|API|TEMPORAL)_/.test(name)));
  t.true(names('migrate').includes('POSTGRES_PASSWORD_FILE'));
});
