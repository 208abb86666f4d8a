import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { testProduct as product } from '../testing/test-product.js';
import { type Environment, readSettings, SettingsInvalid } from './settings.js';

const valid: Environment = { POSTGRES_PASSWORD: 'hunter2' };

function faultsOf(env: Environment): Record<string, string> {
  try {
    readSettings(product, env);
  } catch (error) {
    if (error instanceof SettingsInvalid) {
      return Object.fromEntries(error.faults.map(({ variable, message }) => [variable, message]));
    }
    throw error;
  }
  return {};
}

function fileWith(text: string | Buffer, onEnd: (end: () => void) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-settings-'));
  onEnd(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'secret');
  writeFileSync(path, text);
  return path;
}

test('returns defaults in their types', (t) => {
  const { settings, warnings } = readSettings(product, valid);
  t.is(settings.API_PORT, 3000);
  t.is(settings.TEMPORAL_TLS, false);
  t.deepEqual(settings.WORKER_TASK_QUEUES, ['workflows', 'activities']);
  t.is(settings.TEMPORAL_API_KEY, undefined);
  t.deepEqual(warnings, []);
});

test('converts values of the environment to their types', (t) => {
  const { settings } = readSettings(product, {
    ...valid,
    API_PORT: '8080',
    TEMPORAL_TLS: 'true',
    WORKER_TASK_QUEUES: 'activities',
  });
  t.is(settings.API_PORT, 8080);
  t.is(settings.TEMPORAL_TLS, true);
  t.deepEqual(settings.WORKER_TASK_QUEUES, ['activities']);
});

test('an empty variable counts as unset', (t) => {
  t.is(readSettings(product, { ...valid, API_PORT: '' }).settings.API_PORT, 3000);
});

test('the result is frozen', (t) => {
  const { settings } = readSettings(product, valid);
  t.throws(() => Object.assign(settings, { API_PORT: 1 }), { instanceOf: TypeError });
  t.throws(() => (settings.WORKER_TASK_QUEUES as string[]).push('x'), { instanceOf: TypeError });
});

test('reports all faults at once, each with the variable, the valid values and the value', (t) => {
  t.deepEqual(
    faultsOf({ API_PORT: '70000', LOG_LEVEL: 'loud', TEMPORAL_ADDRESS: 'nowhere', WORKER_TASK_QUEUES: 'mail' }),
    {
      API_PORT: 'must be a whole number from 1 to 65535, but is "70000"',
      LOG_LEVEL: 'must be one of fatal, error, warn, info, debug, trace, but is "loud"',
      TEMPORAL_ADDRESS: 'must be a host and a port, such as temporal.example.com:7233 or [::1]:7233, but is "nowhere"',
      WORKER_TASK_QUEUES: 'must be a comma-separated list of workflows, activities without duplicates, but is "mail"',
      POSTGRES_PASSWORD: 'required; set it, or POSTGRES_PASSWORD_FILE to the path of a file that contains it',
    },
  );
});

for (const value of ['12.5', 'abc', '-1', '1e9', ' ']) {
  test(`rejects the port ${JSON.stringify(value)}`, (t) => {
    t.regex(faultsOf({ ...valid, API_PORT: value })['API_PORT'] ?? '', /must be a whole number/);
  });
}

test('does not require a variable that the process provides itself', (t) => {
  t.is(readSettings(product, {}, { optional: ['POSTGRES_PASSWORD'] }).settings.POSTGRES_PASSWORD, undefined);
});

test('reads a secret from the file in X_FILE without its last line break', (t) => {
  const path = fileWith('from a file\n', (end) => t.teardown(end));
  t.is(readSettings(product, { POSTGRES_PASSWORD_FILE: path }).settings.POSTGRES_PASSWORD, 'from a file');
});

test('reads a secret file with a byte order mark and any line ending, and rejects unknown encodings', (t) => {
  const read = (content: string | Buffer) => {
    const path = fileWith(content, (end) => t.teardown(end));
    return readSettings(product, { POSTGRES_PASSWORD_FILE: path }).settings.POSTGRES_PASSWORD;
  };
  for (const content of ['\ufeffZoë\r\n', 'Zoë\r', Buffer.from('\ufeffZoë\n', 'utf16le')]) t.is(read(content), 'Zoë');
  const path = fileWith(Buffer.from('Zoë', 'latin1'), (end) => t.teardown(end));
  t.deepEqual(faultsOf({ POSTGRES_PASSWORD_FILE: path }), {
    POSTGRES_PASSWORD_FILE: `the file ${path} is not valid UTF-8 in line 1, possibly because it is Windows-1252 or Latin-1; save it as UTF-8`,
  });
});

test('reports X and X_FILE together as one fault', (t) => {
  const path = fileWith('from a file', (end) => t.teardown(end));
  t.deepEqual(faultsOf({ ...valid, POSTGRES_PASSWORD_FILE: path }), {
    POSTGRES_PASSWORD: 'conflicts with POSTGRES_PASSWORD_FILE; set only one of them',
  });
});

test('reports an unreadable or empty file once, under its own variable', (t) => {
  const empty = fileWith('', (end) => t.teardown(end));
  t.deepEqual(faultsOf({ POSTGRES_PASSWORD_FILE: '/nowhere' }), {
    POSTGRES_PASSWORD_FILE: 'the file /nowhere cannot be read (ENOENT)',
  });
  t.deepEqual(faultsOf({ POSTGRES_PASSWORD_FILE: empty }), { POSTGRES_PASSWORD_FILE: `the file ${empty} is empty` });
});

test('reports an unreadable certificate file with all other faults', (t) => {
  t.deepEqual(faultsOf({ ...valid, POSTGRES_TLS_CA_PATH: '/nowhere.pem', API_PORT: 'x' }), {
    API_PORT: 'must be a whole number from 1 to 65535, but is "x"',
    POSTGRES_TLS_CA_PATH: 'the file /nowhere.pem cannot be read (ENOENT)',
  });
});

test('rejects a certificate file that is binary or a folder', (t) => {
  const path = fileWith(Buffer.from([0x30, 0x82, 0x00, 0xff]), (end) => t.teardown(end));
  t.regex(
    faultsOf({ ...valid, TEMPORAL_TLS_CLIENT_CERT_PATH: path })['TEMPORAL_TLS_CLIENT_CERT_PATH'] ?? '',
    /NUL byte/,
  );
  t.deepEqual(faultsOf({ ...valid, POSTGRES_TLS_CA_PATH: '/' }), {
    POSTGRES_TLS_CA_PATH: 'the file / cannot be read (EISDIR)',
  });
});

test('accepts an IPv6 address in brackets', (t) => {
  t.is(readSettings(product, { ...valid, TEMPORAL_ADDRESS: '[::1]:7233' }).settings.TEMPORAL_ADDRESS, '[::1]:7233');
  t.regex(faultsOf({ ...valid, TEMPORAL_ADDRESS: '[::1]:70000' })['TEMPORAL_ADDRESS'] ?? '', /from 1 to 65535/);
});

test('no fault shows the value of a secret', (t) => {
  const path = fileWith('canary-in-file', (end) => t.teardown(end));
  const env = {
    POSTGRES_PASSWORD: 'canary-in-variable',
    POSTGRES_PASSWORD_FILE: path,
    TEMPORAL_TLS_CLIENT_KEY_DATA: 'canary-key',
    API_PORT: 'x',
  };
  const error = t.throws(() => readSettings(product, env), { instanceOf: SettingsInvalid });
  t.notRegex(error?.message ?? '', /canary/);
});

test('mTLS requires a certificate and a key', (t) => {
  t.deepEqual(faultsOf({ ...valid, TEMPORAL_TLS_CLIENT_CERT_DATA: 'pem' }), {
    TEMPORAL_TLS_CLIENT_KEY_PATH: 'required for mTLS, because TEMPORAL_TLS_CLIENT_CERT is set',
  });
});

test('rejects a certificate as both path and data', (t) => {
  const path = fileWith('pem', (end) => t.teardown(end));
  const both = { TEMPORAL_TLS_SERVER_CA_CERT_PATH: path, TEMPORAL_TLS_SERVER_CA_CERT_DATA: 'pem' };
  t.deepEqual(Object.keys(faultsOf({ ...valid, ...both })), ['TEMPORAL_TLS_SERVER_CA_CERT_PATH']);
});

test('warns about an unknown ATLAS_ variable with the nearest known name', (t) => {
  const { warnings } = readSettings(product, { ...valid, ATLAS_STAGGE: 'x', ATLAS_QUITE_ELSE: 'y', OTHER: 'z' });
  t.deepEqual(warnings, [
    'ATLAS_STAGGE is not a setting; did you mean ATLAS_STAGE?',
    'ATLAS_QUITE_ELSE is not a setting',
  ]);
});

test('warns about misspelt settings, but not about variables of other programs', (t) => {
  const others = [
    'API_URL',
    'API_KEY',
    'APP_PORT',
    'LOG_DIR',
    'POSTGRES_URL',
    'POSTGRES_INITDB_ARGS',
    'TEMPORAL_PROFILE',
  ];
  const env = Object.fromEntries([...others, 'API_AUTHENTICATON', 'log_level'].map((name) => [name, 'x']));
  t.deepEqual(readSettings(product, { ...valid, ...env }).warnings, [
    'API_AUTHENTICATON is not a setting; did you mean API_AUTHENTICATION?',
    'log_level is not a setting; did you mean LOG_LEVEL?',
  ]);
});

test('rejects a lease shorter than two calls, and keys that outlive their runs', (t) => {
  t.deepEqual(Object.keys(faultsOf({ ...valid, RUNS_LEASE_MS: '9000', TEMPORAL_CALL_TIMEOUT_MS: '5000' })), [
    'RUNS_LEASE_MS',
  ]);
  t.deepEqual(Object.keys(faultsOf({ ...valid, RUNS_RETENTION_DAYS: '1', RUNS_KEY_RETENTION_HOURS: '25' })), [
    'RUNS_KEY_RETENTION_HOURS',
  ]);
});

test('without keys, the API may listen only on loopback addresses', (t) => {
  const none = { ...valid, API_AUTHENTICATION: 'none' };
  for (const API_HOST of ['127.0.0.1', 'localhost', '::1', '[::1]', '127.1.2.3', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1'])
    t.deepEqual(faultsOf({ ...none, API_HOST }), {});
  for (const API_HOST of ['0.0.0.0', '::', '192.168.0.7', 'atlas.example', '127.0.0.1.example', '::ffff:0.0.0.0']) {
    t.regex(
      faultsOf({ ...none, API_HOST })['API_AUTHENTICATION'] ?? '',
      /must be keys, oidc or keys-or-oidc, because API_HOST/,
      API_HOST,
    );
    t.deepEqual(faultsOf({ ...valid, API_HOST }), {}, 'with keys, the default');
  }
  t.regex(faultsOf({ ...none, API_HOST: '127.999.0.1' })['API_HOST'] ?? '', /must be an IP address/);
});

const oidc = { API_OIDC_ISSUER: 'https://login.example.com/realms/shop', API_OIDC_AUDIENCE: 'https://api.example.com' };

test('tokens need their issuer and audience', (t) => {
  for (const API_AUTHENTICATION of ['oidc', 'keys-or-oidc']) {
    t.deepEqual(Object.keys(faultsOf({ ...valid, API_AUTHENTICATION })), ['API_OIDC_ISSUER', 'API_OIDC_AUDIENCE']);
    t.deepEqual(faultsOf({ ...valid, ...oidc, API_AUTHENTICATION }), {});
  }
  t.deepEqual(faultsOf({ ...valid, API_AUTHENTICATION: 'keys' }), {});
});

test('the issuer is https, except on this machine', (t) => {
  const given = { ...valid, ...oidc, API_AUTHENTICATION: 'oidc' };
  for (const API_OIDC_ISSUER of ['http://127.0.0.1:4000', 'http://[::1]:4000/', 'http://localhost/a'])
    t.deepEqual(faultsOf({ ...given, API_OIDC_ISSUER }), {}, API_OIDC_ISSUER);
  for (const address of ['http://login.example.com', 'HTTP://192.0.2.1/', 'login.example.com', 'https://a b'])
    for (const name of ['API_OIDC_ISSUER', 'API_OIDC_JWKS_URL'])
      t.deepEqual(Object.keys(faultsOf({ ...given, [name]: address })), [name], address);
});

test('only the address of the keys may have a query, and neither a password', (t) => {
  const given = { ...valid, ...oidc, API_AUTHENTICATION: 'oidc' };
  t.deepEqual(faultsOf({ ...given, API_OIDC_JWKS_URL: 'https://login.example.com/keys?p=shop' }), {});
  t.deepEqual(Object.keys(faultsOf({ ...given, API_OIDC_ISSUER: 'https://login.example.com?p=shop' })), [
    'API_OIDC_ISSUER',
  ]);
  for (const address of ['https://ada:canary@login.example.com', 'https://login.example.com:99999', 'https://[x'])
    for (const name of ['API_OIDC_ISSUER', 'API_OIDC_JWKS_URL']) {
      const faults = faultsOf({ ...given, [name]: address });
      t.deepEqual(Object.keys(faults), [name], address);
      t.notRegex(Object.values(faults).join(), /canary/);
    }
});

test('values of a claim are mapped to scopes', (t) => {
  const given = { ...valid, ...oidc, API_AUTHENTICATION: 'oidc' };
  const { settings } = readSettings(product, { ...given, API_OIDC_SCOPES: 'staff=runs:read,a=b=runs:admin' });
  t.deepEqual(settings?.API_OIDC_SCOPES, ['staff=runs:read', 'a=b=runs:admin']);
  for (const API_OIDC_SCOPES of ['staff', 'staff=runs:all', '=runs:read', 'staff=runs:read extra'])
    t.deepEqual(Object.keys(faultsOf({ ...given, API_OIDC_SCOPES })), ['API_OIDC_SCOPES'], API_OIDC_SCOPES);
});

test('splits lists at commas', (t) => {
  const { settings } = readSettings(product, {
    ...valid,
    API_CORS_ORIGINS: 'https://shop.example, http://localhost:5173',
    API_ALLOWED_HOSTS: 'atlas.example',
  });
  t.deepEqual(settings.API_CORS_ORIGINS, ['https://shop.example', 'http://localhost:5173']);
  t.deepEqual(settings.API_ALLOWED_HOSTS, ['atlas.example']);
  t.deepEqual(readSettings(product, valid).settings.API_CORS_ORIGINS, []);
  for (const given of ['*', 'https://shop.example/', 'null', 'a b'])
    t.regex(faultsOf({ ...valid, API_CORS_ORIGINS: given })['API_CORS_ORIGINS'] ?? '', /comma-separated/, given);
});

test('accepts numbers in decimal digits only, and words only as listed', (t) => {
  for (const text of ['3000 ', ' 3000', '0x10', '1e3', '3000.0', '03000', '+3000', '3_000', '٣', '-0', 'NaN', '1n'])
    t.is(
      faultsOf({ ...valid, API_PORT: text })['API_PORT'],
      `must be a whole number from 1 to 65535, but is ${JSON.stringify(text)}`,
    );
  for (const text of ['TRUE', '1', 'yes', 'true '])
    t.is(
      faultsOf({ ...valid, TEMPORAL_TLS: text })['TEMPORAL_TLS'],
      `must be true or false, but is ${JSON.stringify(text)}`,
    );
  for (const text of ['INFO', 'info '])
    t.regex(faultsOf({ ...valid, LOG_LEVEL: text })['LOG_LEVEL'] ?? '', /must be one of fatal/);
  t.is(readSettings(product, { ...valid, API_SHUTDOWN_DELAY_MS: '0' }).settings.API_SHUTDOWN_DELAY_MS, 0);
  t.is(readSettings(product, { ...valid, TEMPORAL_TLS: 'false' }).settings.TEMPORAL_TLS, false);
});
