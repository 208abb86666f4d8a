import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ApiClient } from './support/api.js';
import { docker, TestStage } from './support/commands.js';
import { deployed, unchanged } from './support/expectations.js';

/** Two stages on one engine: a team's, with its state in PostgreSQL, and production, whose data may be removed. */
const team = new TestStage('atlas-test-team', { ATLAS_STATE_BACKEND: 'pg' });
const production = new TestStage('atlas-test-prod', {
  ATLAS_STAGE_KIND: 'production',
  ATLAS_DATA_REMOVAL: 'destroy',
  ATLAS_ALLOW_DATA_REMOVAL: 'atlas-test-prod',
});
const stateServer = 'atlas-test-state';
const password = randomBytes(24).toString('hex');
const network = ['--publish', '127.0.0.1:0:5432'];

test.before(async () => {
  await clear();
  await docker(
    'run',
    '--detach',
    '--name',
    stateServer,
    '--env',
    `POSTGRES_PASSWORD=${password}`,
    ...network,
    'postgres:17.11',
  );
  const address = (await docker('port', stateServer, '5432/tcp')).trim().split('\n')[0] ?? '';
  team.settings['PG_CONN_STR'] = `postgres://postgres:${password}@${address}/postgres?sslmode=disable`;
  for (let tries = 0; ; tries++) {
    const ready = await docker('exec', stateServer, 'pg_isready', '--host=127.0.0.1').then(
      () => true,
      () => false,
    );
    if (ready) return;
    if (tries === 200) throw new Error('The PostgreSQL for the state did not become ready');
  }
});
test.after.always(clear);

async function clear(): Promise<void> {
  await Promise.all([team.clear(), production.clear()]);
  await docker('rm', '--force', '--volumes', stateServer).catch(() => undefined);
}

test.serial('production keeps its data unless a setting names the stage', async (t) => {
  delete production.settings['ATLAS_ALLOW_DATA_REMOVAL'];
  const deploy = await production.npm('deploy');
  t.is(deploy.code, 78);
  t.regex(
    deploy.output,
    /atlas-test-prod is a production stage; to allow the removal of its data, also set ATLAS_ALLOW_DATA_REMOVAL=atlas-test-prod/,
  );
  delete production.settings['ATLAS_DATA_REMOVAL'];
  const destroy = await production.npm('destroy', '--data', '--yes');
  t.is(destroy.code, 1);
  t.regex(destroy.output, /to remove its data, set ATLAS_ALLOW_DATA_REMOVAL=atlas-test-prod too/);
  Object.assign(production.settings, { ATLAS_DATA_REMOVAL: 'destroy', ATLAS_ALLOW_DATA_REMOVAL: 'atlas-test-prod' });
});

test.serial('rejects a second deploy at the same time, with the state in PostgreSQL', async (t) => {
  const first = team.startNpm('deploy');
  await first.wrote('network created');
  const own = await team.npm('deploy');
  t.is(own.code, 1);
  t.regex(own.output, /npm run deploy \(process \d+, since .*\) is working on the stage atlas-test-team/);
  // cdktf, like a command on another machine, meets Terraform's lock.
  const others = await team.cdktf('deploy', '--auto-approve');
  t.not(others.code, 0);
  t.regex(others.output, /Error acquiring the state lock/);
  const { code, output } = await first.ended;
  t.is(code, 0, output);
  await unchanged(t, team);
});

test.serial('a state in PostgreSQL leaves no state file and no password here', (t) => {
  const files = readdirSync(team.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('/providers/'))
    .map(({ parentPath, name }) => join(parentPath, name));
  t.true(files.length > 5);
  for (const file of files) {
    t.false(file.endsWith('/terraform.tfstate') && readFileSync(file, 'utf8').includes('docker_container'), file);
    t.false(readFileSync(file, 'latin1').includes(password), file);
  }
});

test.serial('two stages run next to each other, and both match their definitions', async (t) => {
  await deployed(t, production.npm('deploy'));
  for (const stage of [team, production]) {
    t.is((await new ApiClient(stage).post('/v1/workflows/hello/execute', { name: 'Ada' })).status, 'completed');
    await unchanged(t, stage);
  }
  t.is((await new ApiClient(team).call('/v1/runs', {}, new ApiClient(production).key)).status, 401);
});

test.serial('destroying a stage with managed data removes the data, and nothing of the other stage', async (t) => {
  const { code, output } = await production.npm('destroy', '--yes');
  t.is(code, 0, output);
  t.deepEqual(await production.onEngine(), []);
  t.is((await team.npm('status')).code, 0);
});

test.serial('destroys a stage with its state in PostgreSQL', async (t) => {
  const { code, output } = await team.npm('destroy', '--data', '--yes');
  t.is(code, 0, output);
  t.deepEqual(await team.onEngine(), []);
});
