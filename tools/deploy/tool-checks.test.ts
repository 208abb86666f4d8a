import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { ContainerState } from './container-state.js';
import { Engine } from './engine.js';
import { isOlder, ownerCheck } from './tool-checks.js';

test('compares the first two numbers of versions', (t) => {
  t.true(isOlder('19.03.15', [20, 10]));
  t.true(isOlder('20.9.1', [20, 10]));
  t.false(isOlder('20.10.24+dfsg1', [20, 10]));
  t.false(isOlder('29.0.0', [20, 10]));
  t.false(isOlder('1.11.4', [1, 7]));
});

function stageIn(t: ExecutionContext, root = mkdtempSync(join(tmpdir(), 'atlas-owner-'))) {
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, 'dev');
  mkdirSync(folder);
  return { name: 'dev', folder, secretsFolder: join(folder, 'secrets') };
}

/** Looks at a stage whose containers see these files. */
function look(stage: ReturnType<typeof stageIn>, files: readonly string[]): Promise<string> {
  const engine = new Engine();
  engine.containersOf = async () => [
    { files } as ContainerState,
    { files: ['/etc/hosts'] } as unknown as ContainerState,
  ];
  return ownerCheck({ stage, engine }).run();
}

test("accepts a stage whose containers mount this folder's secrets, even if the engine is in a virtual machine", async (t) => {
  const stage = stageIn(t);
  t.is(await look(stage, [join(stage.secretsFolder, 'api/postgres-password')]), 'deployed from this folder');
  t.is(
    await look(stage, [join('/host_mnt', stage.secretsFolder, 'api/postgres-password')]),
    'deployed from this folder',
  );
  t.is(await look(stage, []), 'not deployed yet');
});

test("rejects a stage that mounts another folder's secrets, unless that folder no longer exists", async (t) => {
  const [own, other] = [stageIn(t), stageIn(t)];
  const files = [join(other.secretsFolder, 'api/postgres-password')];
  await t.throwsAsync(look(own, files), {
    message: `The stage dev on this engine was deployed from ${other.folder}: continue there, or set ATLAS_STAGE to another name`,
  });
  rmSync(other.folder, { recursive: true });
  t.is(await look(own, files), 'deployed from this folder');
});
