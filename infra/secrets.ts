import { join } from 'node:path';
import type { Stage } from './stage.js';

/** The secrets of a stage: the passwords of PostgreSQL's superuser, of the app's role and of Temporal's, and the API's first key. */
export const secretNames = ['superuser-password', 'app-password', 'temporal-password', 'api-key'] as const;
export type SecretName = (typeof secretNames)[number];

/** Numeric users of the images: what a mounted file must be readable by. */
export const users = { postgres: 999, temporal: 1000, app: 1000, caddy: 1000 } as const;

/** What a deploy does not make, but is given, and keeps the hash of alone. */
export const uiPasswordHash = 'ui-password-hash';

/** A secret as one service sees it. */
export interface SecretMount {
  readonly secret: SecretName | typeof uiPasswordHash;
  /** Name of the file under /run/secrets. */
  readonly file: string;
}

interface Holder {
  /** User of the container that reads the files. */
  readonly uid: number;
  readonly mounts: readonly SecretMount[];
}

const appPassword = { secret: 'app-password', file: 'postgres-password' } as const;
const temporalPassword = { secret: 'temporal-password', file: 'temporal-password' } as const;
const apiKey = { secret: 'api-key', file: 'api-key' } as const;
const superuserPassword = { secret: 'superuser-password', file: 'superuser-password' } as const;

/** Which part of a stage holds which secrets: a file of its own for each, so that none can read another's. */
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
} as const satisfies Record<string, Holder>;
export type SecretHolder = keyof typeof holders;

/** Path on this machine of the API's first key for whoever deploys, who calls with it. */
export const apiKeyPath = ({ secretsFolder }: Pick<Stage, 'secretsFolder'>): string => join(secretsFolder, apiKey.file);

/** Path on this machine of the file that holds a secret for a part of the stage. */
export const secretPath = (stage: Pick<Stage, 'secretsFolder'>, holder: SecretHolder, { file }: SecretMount): string =>
  join(stage.secretsFolder, holder, file);
