import { isAbsolute, join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../platform/settings/project.js';
import type { Environment } from '../platform/settings/settings.js';
import { stageFaults, stageOf } from './stage.js';
import { settingsFrom } from './testing/synthesise.js';

const stage = (env: Environment) => stageOf(settingsFrom(env));
const faultsOf = (env: Environment) =>
  Object.fromEntries(stageFaults(settingsFrom(env)).map(({ variable, message }) => [variable, message]));

test('dev has fixed ports and alone publishes PostgreSQL and Temporal', (t) => {
  t.deepEqual(stage({}).ports, { api: 8080, ui: 8081, postgres: 15432, temporal: 17233 });
  t.deepEqual(Object.keys(stage({ ATLAS_STAGE: 'staging' }).ports), ['api', 'ui']);
  t.deepEqual(Object.keys(stage({ ATLAS_STAGE: 'staging', DEPLOY_POSTGRES_PORT: '15433' }).ports), ['api', 'ui']);
});

test('other stages have two adjacent ports from 20000 to 29999, derived from the name', (t) => {
  for (const ATLAS_STAGE of ['staging', 'production', 'a', 'z9-', 'develop']) {
    const { api, ui } = stage({ ATLAS_STAGE }).ports;
    t.true(api >= 20_000 && ui <= 29_999, `${ATLAS_STAGE}: ${api}`);
    t.is(ui, api + 1);
    t.deepEqual(stage({ ATLAS_STAGE }).ports, { api, ui });
  }
});

test('uses a port from the settings, and the default for 0', (t) => {
  t.like(stage({ ATLAS_STAGE: 'staging', DEPLOY_API_PORT: '9000' }).ports, { api: 9000 });
  t.like(stage({ DEPLOY_API_PORT: '0', DEPLOY_UI_PORT: '9001', DEPLOY_POSTGRES_PORT: '9002' }).ports, {
    api: 8080,
    ui: 9001,
    postgres: 9002,
  });
});

test('the API of a stage requires keys in place of nothing, or tokens', (t) => {
  t.is(stage({ API_AUTHENTICATION: 'none' }).authentication, 'keys');
  const API_OIDC_ISSUER = 'https://login.example.com';
  t.is(stage({ ...oidc, API_OIDC_ISSUER }).authentication, 'oidc');
});

const oidc = { API_AUTHENTICATION: 'oidc', API_OIDC_AUDIENCE: 'https://api.example.com' };

test('a container cannot reach an issuer on a loopback address', (t) => {
  for (const API_OIDC_ISSUER of ['http://localhost:4000', 'https://127.0.0.1', 'http://[::1]:4000/'])
    t.deepEqual(Object.keys(faultsOf({ ...oidc, API_OIDC_ISSUER })), ['API_OIDC_ISSUER'], API_OIDC_ISSUER);
  t.deepEqual(faultsOf({ ...oidc, API_OIDC_ISSUER: 'https://login.example.com' }), {});
  t.deepEqual(faultsOf({ API_AUTHENTICATION: 'none', API_OIDC_ISSUER: 'http://localhost:4000' }), {}, 'not used');
});

for (const [name, kind] of [
  ['prod', 'production'],
  ['production', 'production'],
  ['prod-eu', 'production'],
  ['production-2', 'production'],
  ['dev', 'development'],
  ['product', 'development'],
  ['preprod', 'development'],
  ['staging-prod', 'development'],
] as const)
  test(`${name} is a ${kind} stage unless ATLAS_STAGE_KIND overrides it`, (t) => {
    t.is(stage({ ATLAS_STAGE: name }).kind, kind);
    for (const ATLAS_STAGE_KIND of ['production', 'development'] as const)
      t.is(stage({ ATLAS_STAGE: name, ATLAS_STAGE_KIND }).kind, ATLAS_STAGE_KIND);
  });

test('a stage has its own folder in the clone or in ATLAS_STAGES_DIR', (t) => {
  t.is(stage({ ATLAS_STAGE: 'staging' }).folder, join(projectRoot, '.stages', 'staging'));
  const { folder, secretsFolder } = stage({ ATLAS_STAGE: 'staging', ATLAS_STAGES_DIR: '/var/lib/atlas' });
  t.is(folder, '/var/lib/atlas/staging');
  t.is(secretsFolder, '/var/lib/atlas/staging/secrets');
});

test('the folder is absolute even if ATLAS_STAGES_DIR is relative', (t) => {
  t.true(isAbsolute(stage({ ATLAS_STAGES_DIR: 'stages' }).folder));
});

test('the default settings have no fault in any stage', (t) => {
  for (const ATLAS_STAGE of ['dev', 'staging', 'production']) t.deepEqual(faultsOf({ ATLAS_STAGE }), {});
});

test("removing a production stage's data requires its name in ATLAS_ALLOW_DATA_REMOVAL", (t) => {
  const removalOf = (env: Environment) => faultsOf({ ATLAS_STAGE: 'prod-eu', ATLAS_DATA_REMOVAL: 'destroy', ...env });
  const fault = {
    ATLAS_DATA_REMOVAL:
      'prod-eu is a production stage; to allow the removal of its data, also set ATLAS_ALLOW_DATA_REMOVAL=prod-eu',
  };
  t.deepEqual(removalOf({}), fault);
  t.deepEqual(removalOf({ ATLAS_ALLOW_DATA_REMOVAL: 'prod' }), fault);
  t.deepEqual(removalOf({ ATLAS_ALLOW_DATA_REMOVAL: 'true' }), fault);
  t.deepEqual(removalOf({ ATLAS_ALLOW_DATA_REMOVAL: 'prod-eu' }), {});
  t.deepEqual(removalOf({ ATLAS_STAGE: 'staging' }), {});
  t.deepEqual(Object.keys(removalOf({ ATLAS_STAGE: 'staging', ATLAS_STAGE_KIND: 'production' })), [
    'ATLAS_DATA_REMOVAL',
  ]);
});

test('the state in PostgreSQL requires a connection string', (t) => {
  t.deepEqual(faultsOf({ ATLAS_STATE_BACKEND: 'pg' }), {
    PG_CONN_STR: 'required because ATLAS_STATE_BACKEND is pg; set it, or PG_CONN_STR_FILE',
  });
  t.deepEqual(faultsOf({ ATLAS_STATE_BACKEND: 'pg', PG_CONN_STR: 'postgres://state.example/terraform' }), {});
  t.deepEqual(faultsOf({ PG_CONN_STR: 'host=state.example dbname=terraform' }), {});
  for (const PG_CONN_STR of [
    'canary',
    'postgres://state:canary/@state.example',
    'postgres://state:canary%@state.example',
  ])
    t.regex(faultsOf({ PG_CONN_STR })['PG_CONN_STR'] ?? '', /^must be a connection string(?!.*canary)/);
});

for (const POSTGRES_USER of ['postgres', 'temporal'])
  test(`rejects ${POSTGRES_USER} as the app's role`, (t) => {
    t.deepEqual(faultsOf({ POSTGRES_USER }), {
      POSTGRES_USER: `${POSTGRES_USER} is a role of the stage's PostgreSQL itself; choose another name`,
    });
  });

for (const POSTGRES_DB of ['postgres', 'template0', 'template1', 'temporal', 'temporal_visibility'])
  test(`rejects ${POSTGRES_DB} as the app's database`, (t) => {
    t.deepEqual(faultsOf({ POSTGRES_DB }), {
      POSTGRES_DB: `${POSTGRES_DB} is a database of the stage's PostgreSQL itself; choose another name`,
    });
  });

test('rejects the same port for two parts, defaults included', (t) => {
  t.deepEqual(faultsOf({ DEPLOY_API_PORT: '9000', DEPLOY_UI_PORT: '9000' }), {
    DEPLOY_UI_PORT: '9000 is also DEPLOY_API_PORT; set another port',
  });
  t.deepEqual(faultsOf({ DEPLOY_TEMPORAL_PORT: '15432' }), {
    DEPLOY_TEMPORAL_PORT: '15432 is also DEPLOY_POSTGRES_PORT; set another port',
  });
  t.deepEqual(faultsOf({ ATLAS_STAGE: 'staging', DEPLOY_POSTGRES_PORT: '9000', DEPLOY_API_PORT: '9000' }), {});
});

test('reports all faults at once', (t) => {
  t.deepEqual(
    Object.keys(faultsOf({ POSTGRES_USER: 'temporal', POSTGRES_DB: 'temporal', ATLAS_STATE_BACKEND: 'pg' })),
    ['POSTGRES_USER', 'POSTGRES_DB', 'PG_CONN_STR'],
  );
});
