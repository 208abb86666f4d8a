import type { MigrationStep } from '../database/migration-step.js';

/**
 * Only the SHA-256 of a key's secret is stored. Keys are revoked, never deleted: ids in the audit log keep their names, and a key that was
 * created from a file is not created again.
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
