import { makeToken, readToken } from '../auth/api-key.js';
import { createApiKeysRepository } from '../database/api-keys-repository.js';
import { createDatabase, type DatabaseSettings } from '../database/connection.js';
import { keptSecret } from './secrets.js';

export interface FirstKey {
  /** File that holds the token. */
  readonly file: string;
  readonly token: string;
}

/**
 * Where callers need a key, the one that is in `file`, made there when there is none: for who starts the platform, and for the health
 * check that it sends. It may do everything. One that was revoked stays so.
 */
export async function ensureFirstKey(settings: DatabaseSettings, file: string): Promise<FirstKey> {
  const token = keptSecret(file, makeToken);
  const credential = readToken(token);
  if (!credential) throw new Error(`${file} holds no token: remove it, and another one is made`);
  const sequelize = createDatabase(settings);
  try {
    await createApiKeysRepository(sequelize).ensure({ ...credential, name: 'start', scopes: ['runs:admin'] }, 'start');
  } finally {
    await sequelize.close();
  }
  return { file, token };
}
