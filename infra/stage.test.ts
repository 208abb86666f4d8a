import { isAbsolute, join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../platform/settings/project.js';
import type { Environment } from '../platform/settings/settings.js';
import { stageFaults, stageOf } from './stage.js';
import { settingsFrom } from './testing/synthesise.js';

const stage = (env: Environment) => stageOf(settingsFrom(env));
const faultsOf = (env: Environment) =>
  Object.fromEntries(stageFaults(settingsFrom(env)).map(({ variable, message }) => [variable, message]));

test('dev has round ports, and is the only one that publishes PostgreSQL and Temporal', (t) => {
  t.deepEqual(stage({}).ports, { api: 8080, ui: 8081, postgres: 15432, temporal: 17233 });
  t.deepEqual(Object.keys(stage({ ATLAS_STAGE: 'staging' }).ports), ['api', 'ui']);
  t.deepEqual(Object.keys(stage({ ATLAS_STAGE: 'staging', DEPLOY_POSTGRES_PORT: '15433' }).ports), ['api', 'ui']);
});

test('the ports of other stages follow from the name, two neighbours from 20000 to 29999', (t) => {
  for (const ATLAS_STAGE of ['staging', 'production', 'a', 'z9-', 'develop']) {
    const { api, ui } = stage({ ATLAS_STAGE }).ports;
    t.true(api >= 20_000 && ui <= 29_999, `${ATLAS_STAGE}: ${api}`);
    t.is(ui, api + 1);
    t.deepEqual(stage({ ATLAS_STAGE }).ports, { api, ui });
  }
});

test('a port that is set is taken, 0 is the own one', (t) => {
  t.like(stage({ ATLAS_STAGE: 'staging', DEPLOY_API_PORT: '9000' }).ports, { api: 9000 });
  t.like(stage({ DEPLOY_API_PORT: '0', DEPLOY_UI_PORT: '9001', DEPLOY_POSTGRES_PORT: '9002' }).ports, {
    api: 8080,
    ui: 9001,
    postgres: 9002,
  });
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
  test(`${name} is a ${kind} stage unless it is said otherwise`, (t) => {
    t.is(stage({ ATLAS_STAGE: name }).kind, kind);
    for (const ATLAS_STAGE_KIND of ['production', 'development'] as const)
      t.is(stage({ ATLAS_STAGE: name, ATLAS_STAGE_KIND }).kind, ATLAS_STAGE_KIND);
  });

test('a stage has a folder of its own, in the clone or where ATLAS_STAGES_DIR says', (t) => {
  t.is(stage({ ATLAS_STAGE: 'staging' }).folder, join(projectRoot, '.stages', 'staging'));
  const { folder, secretsFolder } = stage({ ATLAS_STAGE: 'staging', ATLAS_STAGES_DIR: '/var/lib/atlas' });
  t.is(folder, '/var/lib/atlas/staging');
  t.is(secretsFolder, '/var/lib/atlas/staging/secrets');
});

test('the folder is absolute also when ATLAS_STAGES_DIR is not: Docker mounts files out of it', (t) => {
  t.true(isAbsolute(stage({ ATLAS_STAGES_DIR: 'stages' }).folder));
});

test('the settings as they come have no fault, whatever the stage', (t) => {
  for (const ATLAS_STAGE of ['dev', 'staging', 'production']) t.deepEqual(faultsOf({ ATLAS_STAGE }), {});
});

test("a production stage's data is destroyed only when ATLAS_ALLOW_DATA_REMOVAL names the stage", (t) => {
  const destroyed = (env: Environment) => faultsOf({ ATLAS_STAGE: 'prod-eu', ATLAS_DATA_REMOVAL: 'destroy', ...env });
  const refused = {
    ATLAS_DATA_REMOVAL:
      'prod-eu is a production stage; to have its data destroyed, set ATLAS_ALLOW_DATA_REMOVAL=prod-eu as well',
  };
  t.deepEqual(destroyed({}), refused);
  t.deepEqual(destroyed({ ATLAS_ALLOW_DATA_REMOVAL: 'prod' }), refused);
  t.deepEqual(destroyed({ ATLAS_ALLOW_DATA_REMOVAL: 'true' }), refused);
  t.deepEqual(destroyed({ ATLAS_ALLOW_DATA_REMOVAL: 'prod-eu' }), {});
  t.deepEqual(destroyed({ ATLAS_STAGE: 'staging' }), {});
  t.deepEqual(Object.keys(destroyed({ ATLAS_STAGE: 'staging', ATLAS_STAGE_KIND: 'production' })), [
    'ATLAS_DATA_REMOVAL',
  ]);
});

test('the state in PostgreSQL takes an address', (t) => {
  t.deepEqual(faultsOf({ ATLAS_STATE_BACKEND: 'pg' }), {
    PG_CONN_STR: 'required because ATLAS_STATE_BACKEND is pg; set it, or PG_CONN_STR_FILE',
  });
  t.deepEqual(faultsOf({ ATLAS_STATE_BACKEND: 'pg', PG_CONN_STR: 'postgres://state.example/terraform' }), {});
});

for (const POSTGRES_USER of ['postgres', 'temporal'])
  test(`the app's role is not ${POSTGRES_USER}`, (t) => {
    t.deepEqual(faultsOf({ POSTGRES_USER }), {
      POSTGRES_USER: `${POSTGRES_USER} is the name of a role that the stage's server has already`,
    });
  });

for (const POSTGRES_DB of ['postgres', 'template0', 'template1', 'temporal', 'temporal_visibility'])
  test(`the app's database is not ${POSTGRES_DB}`, (t) => {
    t.deepEqual(faultsOf({ POSTGRES_DB }), {
      POSTGRES_DB: `${POSTGRES_DB} is the name of a database that the stage's server has already`,
    });
  });

test('no two ports of a stage are the same, own ones included', (t) => {
  t.deepEqual(faultsOf({ DEPLOY_API_PORT: '9000', DEPLOY_UI_PORT: '9000' }), {
    DEPLOY_UI_PORT: '9000 is the port of DEPLOY_API_PORT already',
  });
  t.deepEqual(faultsOf({ DEPLOY_TEMPORAL_PORT: '15432' }), {
    DEPLOY_TEMPORAL_PORT: '15432 is the port of DEPLOY_POSTGRES_PORT already',
  });
  t.deepEqual(faultsOf({ ATLAS_STAGE: 'staging', DEPLOY_POSTGRES_PORT: '9000', DEPLOY_API_PORT: '9000' }), {});
});

test('all faults are told at once', (t) => {
  t.deepEqual(
    Object.keys(faultsOf({ POSTGRES_USER: 'temporal', POSTGRES_DB: 'temporal', ATLAS_STATE_BACKEND: 'pg' })),
    ['POSTGRES_USER', 'POSTGRES_DB', 'PG_CONN_STR'],
  );
});
