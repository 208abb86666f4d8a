import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { projectRoot } from '../../platform/settings/project.js';

async function doctor(t: ExecutionContext, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-doctor-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const child = spawn(process.execPath, ['--import', 'tsx', 'tools/doctor/main.ts', ...args], {
    cwd: projectRoot,
    env: {
      ...process.env,
      ATLAS_ENV_FILE: '/dev/null',
      ATLAS_DATA_DIR: join(folder, 'data'),
      ATLAS_STAGES_DIR: folder,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, errors };
}

test('shows what it found for npm start', async (t) => {
  const { code, out } = await doctor(t, ['start']);
  t.is(code, 0, out);
  t.notRegex(out, /✖/);
  for (const title of ['Node.js', 'Settings', 'Data folder', 'PostgreSQL', 'Temporal CLI', 'Ports'])
    t.regex(out, new RegExp(`✔ ${title}: `));
});

test('reports a port that was set and is in use', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as { port: number };
  const { code, out } = await doctor(t, ['start'], { API_PORT: String(port), API_HOST: '127.0.0.1' });
  t.is(code, 1);
  t.regex(out, new RegExp(`✖ Ports: Port ${port}, set by API_PORT, is in use: set API_PORT to another port`));
});

test('reports settings for other servers and a data folder that is not writable', async (t) => {
  const { code, out } = await doctor(t, ['start'], { POSTGRES_HOST: 'db.example.com', ATLAS_DATA_DIR: '/proc/atlas' });
  t.is(code, 1);
  t.regex(out, /✖ Settings: [\s\S]*POSTGRES_HOST: names another PostgreSQL/);
  t.regex(out, /✖ Data folder: .*ATLAS_DATA_DIR/);
});

test('reports an engine that does not respond once, with the other faults', async (t) => {
  const env = {
    DOCKER_HOST: 'unix:///nonexistent/docker.sock',
    ATLAS_STAGE: 'production',
    ATLAS_DATA_REMOVAL: 'destroy',
  };
  const { code, out } = await doctor(t, ['deploy'], env);
  t.is(code, 1);
  t.is(out.match(/No Docker engine responds|docker is not installed/g)?.length, 1, out);
  t.regex(out, /✖ Ports: not checked, for the same reason/);
  t.regex(out, /✖ Settings: [\s\S]*ATLAS_DATA_REMOVAL: production is a production stage/);
});

test('rejects a Docker engine on another machine', async (t) => {
  const { code, out } = await doctor(t, ['deploy'], { DOCKER_HOST: 'tcp://127.0.0.1:1' });
  t.is(code, 1);
  t.regex(out, /✖ Docker engine: The Docker engine at tcp:\/\/127\.0\.0\.1:1 is on another machine/);
});

test('rejects an unknown target', async (t) => {
  const { code, errors } = await doctor(t, ['stop']);
  t.is(code, 64);
  t.regex(errors, /choose from start, deploy/);
});
