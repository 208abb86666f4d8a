import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ensureSecrets } from '../../infra/ensure-secrets.js';
import { stageFrom } from '../../infra/testing/synthesise.js';
import type { ContainerState } from './container-state.js';
import { deployChecks, requireSpace } from './deploy-checks.js';
import { Engine } from './engine.js';
import { StageData } from './stage-data.js';

interface Situation {
  readonly env?: Readonly<Record<string, string>>;
  readonly containers?: readonly Partial<ContainerState>[];
  /** Names of the containers that publish a port. */
  readonly publishers?: readonly string[];
  /** Existing data, and whether the password of the secrets matches it. @default - no data */
  readonly data?: { readonly fits: boolean };
}

/** One check of a deploy on a fake engine. */
function check(t: ExecutionContext, title: string, { env, containers = [], publishers = [], data: kept }: Situation) {
  const stages = mkdtempSync(join(tmpdir(), 'atlas-checks-'));
  t.teardown(() => rmSync(stages, { recursive: true }));
  const stage = stageFrom({ ATLAS_STAGE: 'checked', ATLAS_STAGES_DIR: stages, ...env });
  const engine = new Engine();
  engine.containersOf = async () => containers as ContainerState[];
  engine.publishersOf = async () => [...publishers];
  const data = new StageData(engine, stage);
  data.exists = async () => kept !== undefined;
  data.hasPassword = async () => kept?.fits;
  const found = deployChecks({ stage, engine, data }).find((it) => it.title === title);
  if (!found) throw new Error(`There is no check ${title}`);
  return { stage, run: found.run };
}

async function takenPort(t: ExecutionContext): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.teardown(() => server.close());
  return (server.address() as { port: number }).port;
}

test.serial("reports ports in use, with the container that uses them, but not the stage's own ports", async (t) => {
  const port = await takenPort(t);
  const env = { DEPLOY_API_PORT: String(port) };
  await t.throwsAsync(check(t, 'Ports', { env }).run(), {
    message: new RegExp(`Port ${port} is in use by another program: stop it \\(lsof .*\\), or set DEPLOY_API_PORT`),
  });
  await t.throwsAsync(check(t, 'Ports', { env, publishers: ['other'] }).run(), {
    message: new RegExp(`Port ${port} is in use by the container other: stop it, or set`),
  });
  const published = [{ host: '127.0.0.1', port }];
  t.regex(
    await check(t, 'Ports', { env, containers: [{ status: 'running', published }] }).run(),
    new RegExp(`^api 127\\.0\\.0\\.1:${port}, ui `),
  );
  await t.throwsAsync(check(t, 'Ports', { env, containers: [{ status: 'exited', published }] }).run(), {
    code: 'command-fault',
  });
});

test.serial('reports an address that is not of this machine', async (t) => {
  for (const part of ['', 'UI_'])
    await t.throwsAsync(check(t, 'Ports', { env: { [`DEPLOY_${part}BIND_ADDRESS`]: '203.0.113.1' } }).run(), {
      message: /Cannot listen on 203\.0\.113\.1/,
    });
});

test.serial('shows free ports with their addresses', async (t) => {
  const env = { DEPLOY_BIND_ADDRESS: '0.0.0.0', DEPLOY_UI_BIND_ADDRESS: '::1' };
  t.regex(await check(t, 'Ports', { env }).run(), /^api 0\.0\.0\.0:2\d{4}, ui \[::1\]:2\d{4}$/);
});

test('checks that secrets and data match', async (t) => {
  const title = 'Secrets and data';
  t.regex(await check(t, title, {}).run(), /none yet/);
  await t.throwsAsync(check(t, title, { data: { fits: false } }).run(), {
    message: /contains data, but .* has no password for it\. .*--reset-password/,
  });
  const fitting = check(t, title, { data: { fits: true } });
  ensureSecrets(fitting.stage);
  t.is(await fitting.run(), `in ${fitting.stage.secretsFolder}`);
  const wrong = check(t, title, { data: { fits: false } });
  ensureSecrets(wrong.stage);
  await t.throwsAsync(wrong.run(), {
    message: /does not match the data in \S+-checked-postgres-data\. .*--reset-password/,
  });
});

test('reports a nearly full disk', async (t) => {
  const need = { path: '/there', needsMb: 100, what: 'images' };
  t.is(await requireSpace([need], async () => 2048), '2.0 GB free at /there');
  await t.throwsAsync(
    requireSpace([need], async () => 99),
    { message: '/there has 99 MB free, but a deploy needs 100 MB there for images: free some space' },
  );
});
