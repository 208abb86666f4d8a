import { join } from 'node:path';
import type { Stage } from './stage.js';

/** The generated secrets of a stage: passwords of PostgreSQL's superuser, the app's role and Temporal's role, and the API's first key. */
export const secretNames = ['superuser-password', 'app-password', 'temporal-password', 'api-key'] as const;
export type SecretName = (typeof secretNames)[number];

/** User ids of the images. Mounted secrets must be readable by them. */
export const users = { postgres: 999, temporal: 1000, app: 1000, caddy: 1000 } as const;

/** Hash of the UI login's password. The password comes from the settings. */
export const uiPasswordHash = 'ui-password-hash';

/** A secret as mounted in one container. */
export interface SecretMount {
  readonly secret: SecretName | typeof uiPasswordHash;
  /** File name below /run/secrets. */
  readonly file: string;
}

const appPassword = { secret: 'app-password', file: 'postgres-password' } as const;
const temporalPassword = { secret: 'temporal-password', file: 'temporal-password' } as const;
const apiKey = { secret: 'api-key', file: 'api-key' } as const;
const superuserPassword = { secret: 'superuser-password', file: 'superuser-password' } as const;

/** The secrets of each part of a stage, and the user id of its container. Each part has its own copies, so that no part can read another's. */
export const holders = {
  postgres: { uid: users.postgres, mounts: [superuserPassword] },
  'postgres-roles': {
    uid: users.postgres,
    mounts: [superuserPassword, { secret: 'app-password', file: 'app-password' }, temporalPassword],
  },
  'temporal-schema': { uid: users.temporal, mounts: [temporalPassword] },
  temporal: { uid: users.temporal, mounts: [temporalPassword] },
  migrate: { uid: users.app, mounts: [appPassword, apiKey] },
  api: { uid: users.app, mounts: [appPassword] },
  worker: { uid: users.app, mounts: [appPassword] },
  'ui-login': { uid: users.caddy, mounts: [{ secret: uiPasswordHash, file: uiPasswordHash }] },
} as const satisfies Record<string, { readonly uid: number; readonly mounts: readonly SecretMount[] }>;
export type SecretHolder = keyof typeof holders;

/** Path on this machine of the API's first key, for the user who deploys. */
export const apiKeyPath = ({ secretsFolder }: Pick<Stage, 'secretsFolder'>): string => join(secretsFolder, apiKey.file);

/** Path on this machine of a part's copy of a secret. */
export const secretPath = (
  stage: Pick<Stage, 'secretsFolder'>,
  holder: SecretHolder,
  { file }: Pick<SecretMount, 'file'>,
): string => join(stage.secretsFolder, holder, file);
