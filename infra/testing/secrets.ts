import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { Environment } from '../../platform/settings/settings.js';
import { ensureSecrets } from '../ensure-secrets.js';
import {
  apiKeyPath,
  holders,
  type SecretHolder,
  type SecretMount,
  type SecretName,
  secretPath,
  uiPasswordHash,
} from '../secrets.js';
import { stageFrom } from './synthesise.js';

/** A stage in a temporary folder, with the paths of its secrets. Creates no secrets. */
export function createSecretsFixture(t: ExecutionContext) {
  const stages = mkdtempSync(join(tmpdir(), 'atlas-stages-'));
  t.teardown(() => rmSync(stages, { recursive: true }));
  const env: Environment = { ATLAS_STAGE: 'staging', ATLAS_STAGES_DIR: stages };
  const stage = stageFrom(env);
  const files = Object.entries(holders)
    .flatMap(([holder, { uid, mounts }]) =>
      (mounts as readonly SecretMount[]).map((mount) => ({
        secret: mount.secret,
        uid,
        path: secretPath(stage, holder as SecretHolder, mount),
      })),
    )
    .filter((file): file is typeof file & { secret: SecretName } => file.secret !== uiPasswordHash);
  const ownKey = apiKeyPath(stage);
  const pathsOf = (secret: SecretName) => [
    ...(secret === 'api-key' ? [ownKey] : []),
    ...files.filter((file) => file.secret === secret).map(({ path }) => path),
  ];
  return { env, stage, files, ownKey, pathsOf, ensure: () => ensureSecrets(stage) };
}

export const read = (path: string): string => readFileSync(path, 'utf8');

/** Replaces the read-only file of a secret. */
export function plant(path: string, text: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, text, { mode: 0o400 });
}

/** Metadata of all files below a folder, which shows whether any was written. */
export const listFiles = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => {
      const { ino, mtimeMs, mode, uid } = statSync(path);
      return { path, ino, mtimeMs, mode, uid };
    });
