import { product } from '../../config/product.js';
import { makeToken, readToken } from '../../platform/auth/api-key.js';
import { createApiKeysRepository } from '../../platform/database/api-keys-repository.js';
import { createDatabase, type DatabaseSettings } from '../../platform/database/connection.js';
import { keptSecret } from './secrets.js';

export interface FirstKey {
  /** File that holds the token. */
  readonly file: string;
  readonly token: string;
}

/**
 * Where callers need a key, the one that is in `file`, made there when there is none: for who starts the platform, and for the health
 * check that it sends. It may do everything.
 * @throws {Error} it was revoked, or is there with another secret
 */
export async function ensureFirstKey(settings: DatabaseSettings, file: string): Promise<FirstKey> {
  const token = keptSecret(file, () => makeToken(product));
  const credential = readToken(token);
  if (!credential) throw new Error(`${file} holds no token: remove it, and another one is made`);
  const sequelize = createDatabase(settings);
  try {
    const keys = createApiKeysRepository(sequelize);
    const { stored } = await keys.ensure({ ...credential, name: 'start', scopes: ['runs:admin'] }, 'start');
    const isOurs = stored.secretHash.equals(credential.secretHash) && stored.key.revokedAt === null;
    if (!isOurs)
      throw new Error(
        `The key in ${file} was revoked, or is not the one that it was: remove the file, and another is made`,
      );
  } finally {
    await sequelize.close();
  }
  return { file, token };
}
