import type { MigrationStep } from '../database/migration-step.js';

/**
 * Of a key's secret only the SHA-256 is kept. Rows are never deleted: a key that is no longer wanted is revoked, so that the audit
 * log's ids keep their names, and a key made from a file is not made again.
 */
export const up: MigrationStep = ({ context }) =>
  context.sql(`
    CREATE TABLE api_keys (
      id          text PRIMARY KEY,
      name        text NOT NULL,
      scopes      text[] NOT NULL,
      secret_hash bytea NOT NULL,
      created_at  timestamptz NOT NULL DEFAULT now(),
      revoked_at  timestamptz,
      CONSTRAINT api_keys_id_form CHECK (id ~ '^[A-Za-z0-9]{16,32}$'),
      CONSTRAINT api_keys_name_form CHECK (name ~ '^[A-Za-z0-9._-]{1,100}$' AND name <> 'anonymous'),
      CONSTRAINT api_keys_scopes_given CHECK (cardinality(scopes) > 0),
      CONSTRAINT api_keys_secret_hash_sha256 CHECK (octet_length(secret_hash) = 32)
    )`);

export const down: MigrationStep = ({ context }) => context.sql('DROP TABLE api_keys');
