import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { product } from '../../../config/product.js';
import { readToken } from '../../../platform/auth/api-key.js';
import { ApiClient } from './support/api.js';
import { docker, type Ended, run, TestStage } from './support/commands.js';
import { deployed } from './support/expectations.js';

/** What can go wrong with a stage, each followed by the run that succeeds once it is mended. */
const stage = new TestStage('atlas-test-faults');
const api = new ApiClient(stage);
const secrets = join(stage.folder, stage.name, 'secrets');
const keyFiles = [join(secrets, 'api-key'), join(secrets, 'migrate/api-key')];
const state = join(stage.folder, stage.name, 'terraform.tfstate');

test.before(() => stage.clear());
test.after.always(() => stage.clear());

async function mended(t: ExecutionContext, ...options: string[]): Promise<Ended> {
  const ended = await deployed(t, stage.npm('deploy', ...options));
  t.is((await stage.npm('status')).code, 0);
  return ended;
}

async function refused(t: ExecutionContext, message: RegExp): Promise<void> {
  const { code, output } = await stage.npm('deploy');
  t.is(code, 1, output);
  t.regex(output, message);
}

test.serial('no engine', async (t) => {
  stage.settings['DOCKER_HOST'] = 'unix:///nonexistent/docker.sock';
  for (const command of ['deploy', 'plan', 'destroy', 'status', 'logs', 'backup', 'doctor']) {
    const { code, output } = await stage.npm(command);
    t.is(code, 1, command);
    t.is(
      output.match(/No Docker engine answers at unix:\/\/\/nonexistent\/docker\.sock: start it/g)?.length,
      1,
      output,
    );
  }
  delete stage.settings['DOCKER_HOST'];
});

test.serial('a port that is taken', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  stage.settings['DEPLOY_API_PORT'] = String(port);
  await refused(t, new RegExp(`Port ${port} is in use by another program: .* or set DEPLOY_API_PORT to another`));
  t.deepEqual(await stage.onEngine(), []);
  await new Promise((resolve) => server.close(resolve));
  delete stage.settings['DEPLOY_API_PORT'];
});

test.serial('a reader that goes away stops a deploy as Ctrl-C does', async (t) => {
  const script = `npm run --silent deploy 2>&1 | head -c 1 > /dev/null; exit \${PIPESTATUS[0]}`;
  const { code, output } = await run('bash', ['-c', script], { env: stage.env });
  t.is(code, 130, output);
  t.deepEqual(await stage.onEngine(), []);
});

test.serial('Ctrl-C in the middle of the first deploy', async (t) => {
  const running = stage.startNpm('deploy');
  await running.wrote('network there');
  running.interrupt();
  const { code, output } = await running.ended;
  t.is(code, 130, output);
  t.is(output.match(/Stopping: /g)?.length, 1, output);
  t.regex(output, /Stopped\. What was done by then stays; npm run deploy goes on from there\./);
  await mended(t);
});

test.serial('Ctrl-C in the middle of a change leaves what is not part of it', async (t) => {
  const postgres = () => docker('inspect', '--format', '{{.Id}}', `${stage.prefix}-postgres`);
  const before = await postgres();
  stage.settings['LOG_LEVEL'] = 'debug';
  const running = stage.startNpm('deploy');
  await running.wrote('migrate done');
  running.interrupt();
  t.is((await running.ended).code, 130);
  await mended(t);
  t.is(await postgres(), before);
});

test.serial('containers killed, stopped and removed by hand', async (t) => {
  await docker('kill', `${stage.prefix}-worker-workflows-1`);
  await docker('stop', `${stage.prefix}-temporal-ui`);
  await docker('rm', '--force', `${stage.prefix}-api-2`);
  const { code, output } = await stage.npm('status');
  t.is(code, 1);
  t.regex(output, /^api-2 +missing/m);
  t.regex(output, /^worker-workflows-1 +exited \(137\)/m);
  await mended(t);
});

test.serial('a migration that fails: what served goes on', async (t) => {
  const run = await api.startWaiting();
  const { id } = JSON.parse(await docker('inspect', '--format', '{"id":"{{.Id}}"}', `${stage.prefix}-api-1`));
  const sql = (text: string) =>
    docker('exec', `${stage.prefix}-postgres`, 'psql', '-U', 'postgres', '-d', product.database, '-c', text);
  // It is no longer recorded that the first step was done; done once more it meets its own tables.
  await sql('CREATE TABLE kept AS SELECT * FROM schema_migrations; DELETE FROM schema_migrations');
  stage.settings['LOG_LEVEL'] = 'info';
  await refused(t, /Preparing the app's database failed \(exit code 1\)[\s\S]*already exists/);
  t.is((await docker('inspect', '--format', '{{.Id}}', `${stage.prefix}-api-1`)).trim(), id);
  t.is((await api.run(run.id)).status, 'running');
  await sql('INSERT INTO schema_migrations SELECT * FROM kept; DROP TABLE kept');
  const { output } = await mended(t);
  t.regex(output, /atlas-atlas-test-faults-migrate removed: it had failed/);
  t.not((await docker('inspect', '--format', '{{.Id}}', `${stage.prefix}-api-1`)).trim(), id);
});

test.serial(
  'a first key that was revoked stays so; one that is lost is made anew, and nothing else with it',
  async (t) => {
    const former = api.key;
    const id = (part: string) => docker('inspect', '--format', '{{.Id}}', `${stage.prefix}-${part}`);
    const keys = ['exec', `${stage.prefix}-api-1`, 'node', 'dist/tools/keys/main.js'];
    await docker(...keys, 'revoke', readToken(former)?.id ?? '');
    await docker('rm', `${stage.prefix}-migrate`);
    await mended(t);
    t.regex(await docker('logs', `${stage.prefix}-migrate`), /is there already, revoked .*; it stays so/);
    t.is((await api.call('/v1/runs')).status, 401);

    const before = await Promise.all(['postgres', 'temporal', 'api-1'].map(id));
    for (const file of keyFiles) rmSync(file);
    await mended(t);
    t.not(api.key, former);
    t.is((await api.call('/v1/runs')).status, 200);
    t.is((await api.call('/v1/runs', {}, former)).status, 401);
    t.deepEqual(await Promise.all(['postgres', 'temporal', 'api-1'].map(id)), before);
  },
);

test.serial('a first key that is none is told of, and what served goes on', async (t) => {
  const former = api.key;
  for (const file of keyFiles) rmSync(file);
  writeFileSync(keyFiles[0] ?? '', 'no key', { mode: 0o600 });
  await refused(t, /Preparing the app's database failed \(exit code 1\)[\s\S]*\/run\/secrets\/api-key holds no token/);
  t.is((await api.call('/v1/runs', {}, former)).status, 200);
  for (const file of keyFiles) rmSync(file);
  await mended(t);
  t.is((await api.call('/v1/runs')).status, 200);
});

test.serial(
  'secrets that are lost while the stage runs: the data gets new ones, and so does all that needs them',
  async (t) => {
    rmSync(secrets, { recursive: true });
    await refused(t, /holds data, but .*secrets holds no password for it\. Put that folder back .* --reset-password/);
    const backup = await stage.npm('backup');
    t.regex(backup.output, /holds no password for PostgreSQL/);
    t.false(existsSync(secrets));
    await mended(t, '--reset-password');
    t.is((await api.call('/v1/runs')).status, 200);
    await docker('restart', '--time', '10', `${stage.prefix}-api-1`, `${stage.prefix}-temporal`);
    t.is((await api.post('/v1/workflows/greet/execute', { name: 'Ada' })).status, 'completed');
  },
);

test.serial('a password that the data was not made with', async (t) => {
  const other = 'another-superuser-password-of-somebody-else';
  for (const part of ['postgres', 'postgres-roles'])
    await docker(
      ...['run', '--rm', '--volume', `${secrets}/${part}:/secrets`, '--entrypoint', 'bash', 'postgres:17.11'],
      ...['-c', `printf %s ${other} > /secrets/superuser-password`],
    );
  await refused(t, /is not the one that the data in atlas-atlas-test-faults-postgres-data was made with/);
  t.is((await stage.npm('destroy')).code, 0);
  await refused(t, /is not the one that the data in atlas-atlas-test-faults-postgres-data was made with/);
  await mended(t, '--reset-password');
});

test.serial("a stage of the same name that is another folder's", async (t) => {
  const other = new TestStage(stage.name);
  t.teardown(() => rmSync(other.folder, { recursive: true }));
  const commands = [
    ['deploy'],
    ['plan'],
    ['destroy', '--data', '--yes'],
    ['backup'],
    ['deploy', '--reset-password'],
  ] as const;
  for (const [command, ...options] of commands) {
    const { code, output } = await other.npm(command, ...options);
    t.is(code, 1);
    t.true(
      output.includes(`was deployed from ${stage.stage.folder}: go on there, or give this one another name`),
      output,
    );
  }
  t.is((await stage.npm('status')).code, 0);
});

test.serial('the state gone while containers run', async (t) => {
  rmSync(state);
  await refused(
    t,
    /The engine has 12 containers of the stage atlas-test-faults .* clear them with npm run destroy, which leaves the data/,
  );
  const { code, output } = await stage.npm('destroy');
  t.is(code, 0, output);
  t.deepEqual(
    (await stage.onEngine()).filter((name) => !name.startsWith(`${product.name}-app:`)),
    [stage.stage.volume],
  );
  await mended(t);
});

test.serial('two deploys at once: the second says so and changes nothing', async (t) => {
  stage.settings['LOG_LEVEL'] = 'warn';
  const first = stage.startNpm('deploy');
  await first.wrote('First migrate');
  await refused(t, /npm run deploy \(process \d+, since .*\) is working on the stage atlas-test-faults/);
  const { code, output } = await first.ended;
  t.is(code, 0, output);
});
