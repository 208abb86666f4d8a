import type { Sequelize } from 'sequelize';
import type { ApiKey, Credential, StoredApiKey } from '../auth/api-key.js';
import type { Scope } from '../auth/scopes.js';
import { translateErrors } from './errors.js';
import { prepareFindById } from './find-by-id.js';
import { prepareStatement } from './statement.js';

export interface NewApiKey extends Credential {
  readonly name: string;
  readonly scopes: readonly Scope[];
}

type KeyRow = ApiKey & Pick<Credential, 'secretHash'>;

const columns = 'id, name, scopes, secret_hash AS "secretHash", created_at AS "createdAt", revoked_at AS "revokedAt"';

const insert = `
  WITH created AS (
    INSERT INTO api_keys (id, name, scopes, secret_hash) VALUES ($1, $2, $3::text[], $4)
    ON CONFLICT (id) DO NOTHING RETURNING ${columns}
  ), audited AS (
    INSERT INTO audit_log (caller, action, subject) SELECT $5::text, 'key-created', id FROM created
  )
  SELECT * FROM created`;

const revoke = `
  WITH changed AS (
    UPDATE api_keys SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING ${columns}
  ), audited AS (
    INSERT INTO audit_log (caller, action, subject) SELECT $2::text, 'key-revoked', id FROM changed
  )
  SELECT * FROM changed`;

export type ApiKeysRepository = ReturnType<typeof createApiKeysRepository>;

/**
 * API keys in PostgreSQL. Each change adds an audit entry for `caller` in the same transaction.
 * Methods throw `DatabaseUnavailable`, and `DataRejected` for a key that violates the table's constraints.
 */
export function createApiKeysRepository(sequelize: Sequelize) {
  const statement = (name: string, text: string) => prepareStatement<KeyRow>(sequelize, name, text);
  const insertOne = statement('create-api-key', insert);
  const revokeOne = statement('revoke-api-key', revoke);
  const listAll = statement('list-api-keys', `SELECT ${columns} FROM api_keys ORDER BY created_at, id`);
  const findOne = prepareFindById<KeyRow>(
    sequelize,
    'find-api-keys',
    `SELECT ${columns} FROM api_keys WHERE id = ANY ($1::text[])`,
    64,
  );
  const insertKey = async ({ id, name, scopes, secretHash }: NewApiKey, caller: string) =>
    (await insertOne([id, name, scopes, secretHash, caller]))[0];

  return translateErrors({
    /** @throws a key with this id exists */
    async create(key: NewApiKey, caller: string): Promise<ApiKey> {
      const row = await insertKey(key, caller);
      if (!row) throw new Error(`An API key with the id ${key.id} exists`);
      return toStoredApiKey(row).key;
    },

    /**
     * Creates the key unless its id exists. An existing key stays unchanged, also if it is revoked or has other contents.
     * Safe to repeat, also from several processes at the same time.
     * @returns the stored key, and whether this call created it
     */
    async ensure(key: NewApiKey, caller: string): Promise<{ stored: StoredApiKey; created: boolean }> {
      const created = await insertKey(key, caller);
      const row = created ?? (await findOne(key.id));
      if (!row) throw new Error(`The API key ${key.id} was deleted meanwhile: never delete rows of api_keys`);
      return { stored: toStoredApiKey(row), created: created !== undefined };
    },

    /** Concurrent calls share round trips and use at most two connections. */
    async find(id: string): Promise<StoredApiKey | undefined> {
      const row = await findOne(id);
      return row && toStoredApiKey(row);
    },

    /** All keys, including revoked ones, oldest first. */
    list: async () => (await listAll([])).map((row) => toStoredApiKey(row).key),

    /**
     * Revokes a key permanently. A revoked key stays unchanged.
     * @returns the key, and whether this call revoked it; `undefined` if no key has this id
     */
    async revoke(id: string, caller: string): Promise<{ key: ApiKey; revoked: boolean } | undefined> {
      const [changed] = await revokeOne([id, caller]);
      const row = changed ?? (await findOne(id));
      return row && { key: toStoredApiKey(row).key, revoked: changed !== undefined };
    },
  });
}

const toStoredApiKey = ({ secretHash, ...key }: KeyRow): StoredApiKey => ({ key, secretHash });
