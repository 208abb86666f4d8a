import test from 'ava';
import type { Environment } from '../platform/settings/settings.js';
import { acceptedRisks, bindAddressesOf, reachedAt } from './exposure.js';
import { stageFaults, stageOf } from './stage.js';
import { settingsFrom } from './testing/synthesise.js';

const faultsOf = (env: Environment) =>
  Object.fromEntries(stageFaults(settingsFrom(env)).map(({ variable, message }) => [variable, message]));
const loopback = ['127.0.0.1', '127.8.8.8', '::1', '0:0:0:0:0:0:0:1', 'localhost', 'LOCALHOST'];
const elsewhere = ['0.0.0.0', '::', '0:0:0:0:0:0:0:0', '192.168.0.7', 'fd00::7', '2001:DB8::1', '::127.0.0.1'];
/** Docker publishes names, which are not IP addresses, on every address. */
const names = ['atlas.example', 'localhost.'];
/** The settings reject these. */
const invalid = ['127.0.0.256', ':'];
/** Other spellings of 127.0.0.1, which Docker does not accept. */
const spelled = ['127.1', '2130706433', '0x7f.0.0.1', '127.0.0.1.'];
const mapped = ['::ffff:127.0.0.1', '::ffff:0.0.0.0', '::FFFF:7f00:1', '0:0:0:0:0:ffff:c000:201'];

test('trusts load balancers by address or network, but not every address', (t) => {
  const list = '192.0.2.7,10.0.0.0/8,2001:db8::1,2001:db8::/32,192.0.2.8/32';
  t.deepEqual(faultsOf({ DEPLOY_TRUSTED_PROXIES: list }), {});
  t.deepEqual(stageOf(settingsFrom({ DEPLOY_TRUSTED_PROXIES: list })).trustedProxies, list.split(','));
  for (const item of [
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/33',
    '2001:db8::/129',
    '10.0.0',
    '10.0.0.0.0/8',
    '1:2',
    '::ffff:0:0/96',
  ])
    t.deepEqual(
      Object.keys(faultsOf({ DEPLOY_TRUSTED_PROXIES: `192.0.2.7,${item}` })),
      ['DEPLOY_TRUSTED_PROXIES'],
      item,
    );
});

test('the API may listen on any address, and no other part follows it', (t) => {
  for (const address of [...loopback, ...elsewhere]) {
    t.deepEqual(faultsOf({ DEPLOY_BIND_ADDRESS: address }), {}, address);
    const { api, ...others } = bindAddressesOf(settingsFrom({ DEPLOY_BIND_ADDRESS: address }));
    t.deepEqual(others, { ui: '127.0.0.1', postgres: '127.0.0.1', temporal: '127.0.0.1' }, `${address}: ${api}`);
  }
});

for (const [variable, needed] of [
  ['DEPLOY_UI_BIND_ADDRESS', { DEPLOY_UI_PASSWORD: 'a password of 27 characters' }],
  ['DEPLOY_POSTGRES_BIND_ADDRESS', { DEPLOY_EXPOSE_POSTGRES_WITHOUT_TLS: 'true' }],
  ['DEPLOY_TEMPORAL_BIND_ADDRESS', { DEPLOY_EXPOSE_TEMPORAL_WITHOUT_LOGIN: 'true' }],
] as const) {
  const [protection = ''] = Object.keys(needed);

  test(`${variable} accepts a loopback address, and others with ${protection} only`, (t) => {
    for (const address of loopback) t.deepEqual(faultsOf({ [variable]: address }), {}, address);
    // In every stage, even in those that do not publish the part.
    for (const address of elsewhere)
      for (const ATLAS_STAGE of ['dev', 'staging', 'production']) {
        const [message = '', ...others] = Object.values(faultsOf({ ATLAS_STAGE, [variable]: address }));
        t.deepEqual(others, []);
        t.true(message.includes(protection) || protection === 'DEPLOY_UI_PASSWORD', message);
        t.regex(message, /other machines can reach/, address);
        t.deepEqual(faultsOf({ ATLAS_STAGE, [variable]: address, ...needed }), {}, address);
      }
  });

  test(`${variable} is not satisfied by the settings of other parts`, (t) => {
    const others = {
      DEPLOY_UI_PASSWORD: 'a password of 27 characters',
      DEPLOY_EXPOSE_POSTGRES_WITHOUT_TLS: 'true',
      DEPLOY_EXPOSE_TEMPORAL_WITHOUT_LOGIN: 'true',
      [protection]: '',
    };
    t.is(Object.keys(faultsOf({ ...others, [variable]: '0.0.0.0', DEPLOY_BIND_ADDRESS: '0.0.0.0' })).length, 1);
  });
}

for (const variable of [
  'DEPLOY_BIND_ADDRESS',
  'DEPLOY_UI_BIND_ADDRESS',
  'DEPLOY_POSTGRES_BIND_ADDRESS',
  'DEPLOY_TEMPORAL_BIND_ADDRESS',
])
  test(`${variable} must be an IP address: for a name, Docker listens on every address`, (t) => {
    for (const address of names)
      t.regex(faultsOf({ [variable]: address })[variable] ?? '', /is not an IP address: Docker would/, address);
    for (const address of invalid)
      t.throws(
        () => settingsFrom({ [variable]: address }),
        { message: /must be an IP address or a host name/ },
        address,
      );
    for (const address of spelled)
      t.deepEqual(Object.values(bindAddressesOf(settingsFrom({ [variable]: address }))), Array(4).fill('127.0.0.1'));
    for (const address of mapped)
      t.regex(faultsOf({ [variable]: address })[variable] ?? '', /is an IPv4-mapped IPv6 address/, address);
  });

test('reports all unprotected parts at once', (t) => {
  t.deepEqual(
    Object.keys(
      faultsOf({
        DEPLOY_BIND_ADDRESS: '0.0.0.0',
        DEPLOY_UI_BIND_ADDRESS: '0.0.0.0',
        DEPLOY_POSTGRES_BIND_ADDRESS: '0.0.0.0',
        DEPLOY_TEMPORAL_BIND_ADDRESS: '::',
      }),
    ),
    ['DEPLOY_UI_PASSWORD', 'DEPLOY_POSTGRES_BIND_ADDRESS', 'DEPLOY_TEMPORAL_BIND_ADDRESS'],
  );
});

test('accepts passwords of 12 to 72 printable ASCII characters, and no message shows one', (t) => {
  for (const DEPLOY_UI_PASSWORD of ['a'.repeat(12), '~'.repeat(72), 'correct horse battery', '"$x" %{y} $a \'`'])
    t.is(settingsFrom({ DEPLOY_UI_PASSWORD }).DEPLOY_UI_PASSWORD, DEPLOY_UI_PASSWORD);
  for (const DEPLOY_UI_PASSWORD of ['canary', 'a'.repeat(73), 'canary\nof more lines', 'canary with ü in it'])
    t.notRegex(
      t.throws(() => settingsFrom({ DEPLOY_UI_PASSWORD }), { message: /DEPLOY_UI_PASSWORD: must match/ })?.message ??
        '',
      /canary|aaa/,
    );
});

test('normalizes addresses, and reaches a wildcard address through loopback', (t) => {
  const of = (DEPLOY_BIND_ADDRESS: string) => stageOf(settingsFrom({ DEPLOY_BIND_ADDRESS }));
  for (const [given, bound, reached] of [
    ['localhost', '127.0.0.1', '127.0.0.1:8080'],
    ['0.0.0.0', '0.0.0.0', '127.0.0.1:8080'],
    ['0:0:0:0:0:0:0:0', '::', '[::1]:8080'],
    ['2001:DB8:0::1', '2001:db8::1', '[2001:db8::1]:8080'],
    ['192.0.2.1', '192.0.2.1', '192.0.2.1:8080'],
  ] as const) {
    t.is(of(given).bindAddresses.api, bound);
    t.is(reachedAt(of(given), 'api'), reached);
  }
});

test('lists the accepted risks of published ports', (t) => {
  const env = {
    DEPLOY_POSTGRES_BIND_ADDRESS: '::',
    DEPLOY_EXPOSE_POSTGRES_WITHOUT_TLS: 'true',
    DEPLOY_TEMPORAL_BIND_ADDRESS: '192.0.2.1',
    DEPLOY_EXPOSE_TEMPORAL_WITHOUT_LOGIN: 'true',
  };
  const [postgres = '', temporal = '', ...others] = acceptedRisks(stageOf(settingsFrom(env)));
  t.regex(postgres, /^Other machines can reach \[::\]:15432, and PostgreSQL has no TLS/);
  t.regex(temporal, /^Other machines can reach 192\.0\.2\.1:17233, and Temporal's gRPC port has no login/);
  t.deepEqual(others, []);
  t.deepEqual(acceptedRisks(stageOf(settingsFrom({ ...env, ATLAS_STAGE: 'staging' }))), []);
  t.deepEqual(acceptedRisks(stageOf(settingsFrom({}))), []);
});
