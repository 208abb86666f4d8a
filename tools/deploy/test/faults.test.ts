import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { product } from '../../../config/product.js';
import { readToken } from '../../../platform/auth/api-key.js';
import { ApiClient } from './support/api.js';
import { docker, type Ended, run, TestStage } from './support/commands.js';
import { deployed } from './support/expectations.js';

/** Faults of a stage, each followed by a deploy that succeeds after the repair. */
const stage = new TestStage('atlas-test-faults');
const api = new ApiClient(stage);
const secrets = join(stage.folder, stage.name, 'secrets');
const keyFiles = [join(secrets, 'api-key'), join(secrets, 'migrate/api-key')];
const state = join(stage.folder, stage.name, 'terraform.tfstate');

test.before(() => stage.begin());
test.after.always(() => stage.clear());

async function repaired(t: ExecutionContext, ...options: string[]): Promise<Ended> {
  const ended = await deployed(t, stage.npm('deploy', ...options));
  t.is((await stage.npm('status')).code, 0);
  return ended;
}

async function rejected(t: ExecutionContext, message: RegExp): Promise<void> {
  const { code, output } = await stage.npm('deploy');
  t.is(code, 1, output);
  t.regex(output, message);
}

test.serial('every command reports a missing engine', async (t) => {
  stage.settings['DOCKER_HOST'] = 'unix:///nonexistent/docker.sock';
  for (const command of ['deploy', 'plan', 'destroy', 'status', 'logs', 'backup', 'doctor']) {
    const { code, output } = await stage.npm(command);
    t.is(code, 1, command);
    t.is(
      output.match(/No Docker engine responds at unix:\/\/\/nonexistent\/docker\.sock: start it/g)?.length,
      1,
      output,
    );
  }
  delete stage.settings['DOCKER_HOST'];
});

test.serial('rejects a port in use', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  stage.settings['DEPLOY_API_PORT'] = String(port);
  await rejected(t, new RegExp(`Port ${port} is in use by another program: .* or set DEPLOY_API_PORT to another`));
  t.deepEqual(await stage.onEngine(), []);
  await new Promise((resolve) => server.close(resolve));
  delete stage.settings['DEPLOY_API_PORT'];
});

test.serial('a closed output stops a deploy like Ctrl-C', async (t) => {
  const script = `npm run --silent deploy 2>&1 | head -c 1 > /dev/null; exit \${PIPESTATUS[0]}`;
  const { code, output } = await run('bash', ['-c', script], { env: stage.env });
  t.is(code, 130, output);
  t.deepEqual(await stage.onEngine(), []);
});

test.serial('continues after Ctrl-C during the first deploy', async (t) => {
  const running = stage.startNpm('deploy');
  await running.wrote('network created');
  running.interrupt();
  const { code, output } = await running.ended;
  t.is(code, 130, output);
  t.is(output.match(/Stopping /g)?.length, 1, output);
  t.regex(output, /Stopped\. Completed changes stay; npm run deploy continues from there\./);
  await repaired(t);
});

test.serial('Ctrl-C during a change leaves other containers alone', async (t) => {
  const postgres = () => docker('inspect', '--format', '{{.Id}}', `${stage.prefix}-postgres`);
  const before = await postgres();
  stage.settings['LOG_LEVEL'] = 'debug';
  const running = stage.startNpm('deploy');
  await running.wrote('migrate done');
  running.interrupt();
  t.is((await running.ended).code, 130);
  await repaired(t);
  t.is(await postgres(), before);
});

test.serial('restores containers that were killed, stopped and removed by hand', async (t) => {
  await docker('kill', `${stage.prefix}-worker-1`);
  await docker('stop', `${stage.prefix}-temporal-ui`);
  await docker('rm', '--force', `${stage.prefix}-api-2`);
  const { code, output } = await stage.npm('status');
  t.is(code, 1);
  t.regex(output, /^api-2 +missing/m);
  t.regex(output, /^worker-1 +exited \(137\)/m);
  await repaired(t);
});

test.serial('services keep running when a migration fails', async (t) => {
  const run = await api.startWaiting();
  const { id } = JSON.parse(await docker('inspect', '--format', '{"id":"{{.Id}}"}', `${stage.prefix}-api-1`));
  // Without its record, the first migration runs again and meets its own tables.
  await stage.sql('CREATE TABLE kept AS SELECT * FROM schema_migrations; DELETE FROM schema_migrations');
  stage.settings['LOG_LEVEL'] = 'info';
  await rejected(t, /Preparing the app's database failed \(exit code 1\)[\s\S]*already exists/);
  t.is((await docker('inspect', '--format', '{{.Id}}', `${stage.prefix}-api-1`)).trim(), id);
  t.is((await api.run(run.id)).status, 'running');
  await stage.sql('INSERT INTO schema_migrations SELECT * FROM kept; DROP TABLE kept');
  const { output } = await repaired(t);
  t.regex(output, new RegExp(`${stage.prefix}-migrate removed: it failed`));
  t.not((await docker('inspect', '--format', '{{.Id}}', `${stage.prefix}-api-1`)).trim(), id);
});

test.serial('keeps a revoked first key, and replaces only a lost one', async (t) => {
  const former = api.key;
  const id = (part: string) => docker('inspect', '--format', '{{.Id}}', `${stage.prefix}-${part}`);
  const keys = ['exec', `${stage.prefix}-api-1`, 'node', 'dist/tools/keys/main.js'];
  await docker(...keys, 'revoke', readToken(former)?.id ?? '');
  await docker('rm', `${stage.prefix}-migrate`);
  await repaired(t);
  t.regex(await docker('logs', `${stage.prefix}-migrate`), /already exists; it stays revoked since /);
  t.is((await api.call('/v1/runs')).status, 401);

  const before = await Promise.all(['postgres', 'temporal', 'api-1'].map(id));
  for (const file of keyFiles) rmSync(file);
  await repaired(t);
  t.not(api.key, former);
  t.is((await api.call('/v1/runs')).status, 200);
  t.is((await api.call('/v1/runs', {}, former)).status, 401);
  t.deepEqual(await Promise.all(['postgres', 'temporal', 'api-1'].map(id)), before);
});

test.serial('reports an invalid first key, and services keep running', async (t) => {
  const former = api.key;
  for (const file of keyFiles) rmSync(file);
  writeFileSync(keyFiles[0] ?? '', 'no key', { mode: 0o600 });
  await rejected(
    t,
    /Preparing the app's database failed \(exit code 1\)[\s\S]*\/run\/secrets\/api-key contains no token/,
  );
  t.is((await api.call('/v1/runs', {}, former)).status, 200);
  for (const file of keyFiles) rmSync(file);
  await repaired(t);
  t.is((await api.call('/v1/runs')).status, 200);
});

test.serial('--reset-password replaces lost secrets of a running stage', async (t) => {
  rmSync(secrets, { recursive: true });
  await rejected(t, /contains data, but .*secrets has no password for it\. Restore that folder .* --reset-password/);
  const backup = await stage.npm('backup');
  t.regex(backup.output, /has no password for PostgreSQL/);
  t.false(existsSync(secrets));
  await repaired(t, '--reset-password');
  t.is((await api.call('/v1/runs')).status, 200);
  await docker('restart', '--time', '10', `${stage.prefix}-api-1`, `${stage.prefix}-temporal`);
  t.is((await api.post('/v1/workflows/hello/execute', { name: 'Ada' })).status, 'completed');
});

test.serial('rejects a password that does not match the data', async (t) => {
  const other = 'another-superuser-password-of-somebody-else';
  for (const part of ['postgres', 'postgres-roles'])
    await docker(
      ...['run', '--rm', '--volume', `${secrets}/${part}:/secrets`, '--entrypoint', 'bash', 'postgres:17.11'],
      ...['-c', `printf %s ${other} > /secrets/superuser-password`],
    );
  await rejected(t, /does not match the data in atlas-atlas-test-faults-postgres-data/);
  t.is((await stage.npm('destroy')).code, 0);
  await rejected(t, /does not match the data in atlas-atlas-test-faults-postgres-data/);
  await repaired(t, '--reset-password');
});

test.serial('rejects a stage of another folder with the same name', async (t) => {
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
      output.includes(`was deployed from ${stage.stage.folder}: continue there, or set ATLAS_STAGE to another name`),
      output,
    );
  }
  t.is((await stage.npm('status')).code, 0);
});

test.serial('reports a lost state', async (t) => {
  rmSync(state);
  await rejected(
    t,
    /The engine has 11 containers of the stage atlas-test-faults .* remove them with npm run destroy, which keeps the data/,
  );
  const { code, output } = await stage.npm('destroy');
  t.is(code, 0, output);
  t.deepEqual(
    (await stage.onEngine()).filter((name) => !name.startsWith(`${product.name}-app:`)),
    [stage.stage.volume],
  );
  await repaired(t);
});

test.serial('rejects a second deploy at the same time', async (t) => {
  stage.settings['LOG_LEVEL'] = 'warn';
  const first = stage.startNpm('deploy');
  await first.wrote('First migrate');
  await rejected(t, /npm run deploy \(process \d+, since .*\) is working on the stage atlas-test-faults/);
  const { code, output } = await first.ended;
  t.is(code, 0, output);
});
