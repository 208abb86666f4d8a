import { product } from '../../config/product.js';
import { makeToken, readToken } from '../../platform/auth/api-key.js';
import { createApiKeysRepository } from '../../platform/database/api-keys-repository.js';
import { createDatabase, type DatabaseSettings } from '../../platform/database/connection.js';
import { keptSecret } from './secrets.js';

/**
 * The API key in `file`, created if there is none: for the user and for the health check. It has all permissions.
 * @throws {Error} the key was revoked, or is registered with another secret
 */
export async function ensureFirstKey(settings: DatabaseSettings, file: string) {
  const token = keptSecret(file, () => makeToken(product));
  const credential = readToken(token);
  if (!credential) throw new Error(`${file} contains no API key: remove the file to create another key`);
  const sequelize = createDatabase(settings);
  try {
    const keys = createApiKeysRepository(sequelize);
    const { stored } = await keys.ensure({ ...credential, name: 'start', scopes: ['runs:admin'] }, 'start');
    const isOurs = stored.secretHash.equals(credential.secretHash) && stored.key.revokedAt === null;
    if (!isOurs)
      throw new Error(`The API key in ${file} was revoked or changed: remove the file to create another key`);
  } finally {
    await sequelize.close();
  }
  return { file, token };
}
