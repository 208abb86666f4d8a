import type { Sequelize } from 'sequelize';
import type { ApiKey, Credential, StoredApiKey } from '../auth/api-key.js';
import type { Scope } from '../auth/scopes.js';
import { batched } from './batch.js';
import { translateErrors } from './errors.js';
import { prepareStatement } from './statement.js';

export interface NewApiKey extends Credential {
  readonly name: string;
  readonly scopes: readonly Scope[];
}

/**
 * The keys of callers. Each change writes its entry of the audit log in the same transaction, as done by `caller`.
 * Throws `DatabaseUnavailable`, and `DataRejected` for a key that the table's constraints refuse.
 */
export interface ApiKeysRepository {
  /** @throws the id is taken */
  create(key: NewApiKey, caller: string): Promise<ApiKey>;
  /**
   * Makes the key unless its id is there already, revoked or not, which then stays as it is, whatever it holds.
   * Safe to call again, and by any number of processes at once.
   * @returns the key as it now is, and whether this call made it
   */
  ensure(key: NewApiKey, caller: string): Promise<{ stored: StoredApiKey; created: boolean }>;
  /** Many at a time share a round trip, and hold no more than two connections. */
  find(id: string): Promise<StoredApiKey | undefined>;
  /** All of them, also those that were revoked, oldest first. */
  list(): Promise<ApiKey[]>;
  /**
   * Revokes a key, for good. One that was revoked already stays as it is.
   * @returns the key as it now is, and whether this call revoked it; `undefined` when no key has this id
   */
  revoke(id: string, caller: string): Promise<{ key: ApiKey; revoked: boolean } | undefined>;
}

interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly scopes: Scope[];
  readonly secret_hash: Buffer;
  readonly created_at: Date;
  readonly revoked_at: Date | null;
}

const columns = 'id, name, scopes, secret_hash, created_at, revoked_at';

const insert = `
  WITH made AS (
    INSERT INTO api_keys (id, name, scopes, secret_hash) VALUES ($1, $2, $3::text[], $4)
    ON CONFLICT (id) DO NOTHING RETURNING ${columns}
  ), told AS (
    INSERT INTO audit_log (caller, action, subject) SELECT $5::text, 'key-created', id FROM made
  )
  SELECT * FROM made`;

const close = `
  WITH changed AS (
    UPDATE api_keys SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING ${columns}
  ), told AS (
    INSERT INTO audit_log (caller, action, subject) SELECT $2::text, 'key-revoked', id FROM changed
  )
  SELECT * FROM changed`;

/** Keys in PostgreSQL. */
export function createApiKeysRepository(sequelize: Sequelize): ApiKeysRepository {
  const statement = (name: string, text: string) => prepareStatement<KeyRow>(sequelize, name, text);
  const insertOne = statement('create-api-key', insert);
  const revokeOne = statement('revoke-api-key', close);
  const listAll = statement('list-api-keys', `SELECT ${columns} FROM api_keys ORDER BY created_at, id`);
  const findAll = statement('find-api-keys', `SELECT ${columns} FROM api_keys WHERE id = ANY ($1::text[])`);
  const findOne = batched(
    async (ids: readonly string[]) => {
      const found = new Map((await findAll([ids])).map((row) => [row.id, row]));
      return ids.map((id) => found.get(id));
    },
    { concurrency: 2, maxItems: 64 },
  );
  const make = async ({ id, name, scopes, secretHash }: NewApiKey, caller: string) =>
    (await insertOne([id, name, scopes, secretHash, caller]))[0];

  return translateErrors<ApiKeysRepository>({
    async create(key, caller) {
      const row = await make(key, caller);
      if (!row) throw new Error(`The id ${key.id} is another key's`);
      return keyOf(row);
    },

    async ensure(key, caller) {
      const made = await make(key, caller);
      const row = made ?? (await findOne(key.id));
      if (!row) throw new Error(`The key ${key.id} was there and gone: rows of api_keys are not to be deleted`);
      return { stored: storedOf(row), created: made !== undefined };
    },

    async find(id) {
      const row = await findOne(id);
      return row && storedOf(row);
    },

    list: async () => (await listAll([])).map(keyOf),

    async revoke(id, caller) {
      const [changed] = await revokeOne([id, caller]);
      const row = changed ?? (await findOne(id));
      return row && { key: keyOf(row), revoked: changed !== undefined };
    },
  });
}

const keyOf = (row: KeyRow): ApiKey => ({
  id: row.id,
  name: row.name,
  scopes: row.scopes,
  createdAt: row.created_at,
  revokedAt: row.revoked_at,
});

const storedOf = (row: KeyRow): StoredApiKey => ({ key: keyOf(row), secretHash: row.secret_hash });
