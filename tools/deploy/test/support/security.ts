import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { product } from '../../../../config/product.js';
import { imageName } from '../../../../infra/stage.js';
import { docker, lines, type TestStage } from './commands.js';

/** Asserts that all containers of a stage are hardened. @param serving - names of those that keep running */
export async function hardened(t: ExecutionContext, stage: TestStage, serving: readonly string[]): Promise<void> {
  for (const name of await stage.containers({ all: true })) {
    const [{ Config, HostConfig, Mounts }] = JSON.parse(await docker('inspect', name));
    t.regex(Config.User, /^[1-9]\d*:[1-9]\d*$/, name);
    t.true(HostConfig.ReadonlyRootfs, name);
    t.deepEqual(HostConfig.CapDrop, ['ALL'], name);
    // Its binary has this file capability and does not start without it.
    t.deepEqual(HostConfig.CapAdd ?? [], name.endsWith('-proxy') ? ['CAP_NET_BIND_SERVICE'] : [], name);
    t.deepEqual(HostConfig.SecurityOpt, ['no-new-privileges:true'], name);
    t.true(HostConfig.Memory > 0 && HostConfig.MemorySwap === HostConfig.Memory, name);
    t.true(HostConfig.CpuQuota > 0, name);
    t.deepEqual(HostConfig.LogConfig, { Type: 'json-file', Config: { 'max-file': '3', 'max-size': '10m' } }, name);
    t.is(HostConfig.RestartPolicy.Name, serving.includes(name) ? 'unless-stopped' : 'no', name);
    t.false(
      Mounts.some(({ Source }: { Source: string }) => Source.includes('docker.sock')),
      name,
    );
    t.false(HostConfig.Privileged, name);
  }
}

/** Asserts that the roles of the app and of Temporal can connect only to their own databases. */
export async function separateRoles(t: ExecutionContext, stage: TestStage): Promise<void> {
  const connects = (role: string, database: string) =>
    docker('exec', `${stage.prefix}-postgres`, 'psql', '-U', role, '-d', database, '-Atc', 'SELECT 1');
  const databases = { [product.database]: [product.database], temporal: ['temporal', 'temporal_visibility'] };
  for (const [role, own] of Object.entries(databases)) {
    for (const database of Object.values(databases).flat()) {
      if (own.includes(database)) t.is((await connects(role, database)).trim(), '1');
      else await t.throwsAsync(connects(role, database), { message: /permission denied for database/ });
    }
  }
}

/** Asserts that none of the stage's secrets is stored outside its files. */
export async function withoutSecrets(
  t: ExecutionContext,
  stage: TestStage,
  key: string,
  deployOutput: string,
): Promise<void> {
  const secrets = filesIn(stage.stage.secretsFolder)
    .filter((path) => !path.endsWith('/generation'))
    .map((path) => readFileSync(path, 'utf8'));
  t.true(secrets.includes(key) && secrets.every((secret) => secret.length > 30));
  // The key's id is public, its secret part is not.
  const secretOfKey = key.replace(/^[^_]+_[^_]+_/, '');
  t.is(secretOfKey.length, 43);
  const names = await stage.containers({ all: true });
  const { output: plan } = await stage.npm('plan');
  const images = lines(await docker('images', '--quiet', imageName));
  const places = new Map<string, string>([
    ...filesIn(stage.folder)
      .filter((path) => !path.includes('/providers/') && !path.includes('/secrets/'))
      .map((path) => [path, readFileSync(path, 'latin1')] as const),
    ['plan', plan],
    ['inspections', await docker('inspect', ...names, stage.stage.network, stage.stage.volume)],
    ['image', await docker('inspect', ...images)],
    ['layers', await docker('history', '--no-trunc', images[0] ?? '')],
    ['deploy', deployOutput],
  ]);
  for (const name of names) places.set(`logs of ${name}`, await docker('logs', name));
  t.true(places.size > names.length + 6);
  for (const [place, text] of places) {
    t.true(text.length > 0 || place.startsWith('logs'), place);
    for (const secret of secrets) t.false(text.includes(secret), place);
    t.false(text.includes(secretOfKey), place);
  }
  t.log(`searched ${places.size} places for ${new Set(secrets).size} secrets`);
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
