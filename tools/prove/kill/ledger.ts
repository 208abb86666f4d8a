import { setTimeout as delay } from 'node:timers/promises';
import { type MigrationSettings, migrateUp } from '../../../platform/database/migrate.js';
import { pg } from '../../../platform/database/pg.js';
import { appDatabase } from './servers.js';

/** Reads the final state from PostgreSQL, independently of the processes under test. */
export interface Ledger {
  rows<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Counts the rows of a table, or a table with a condition. */
  count(sql: string): Promise<number>;
  close(): Promise<void>;
}

/** Timeout for a killed server to restart, in milliseconds. */
const patienceMs = 30_000;
const pauseMs = 200;

/**
 * Tables of the test: each attempt and effect of an activity, and each change of a run's status, recorded by a trigger in the same
 * transaction.
 */
const tables = (uniqueEffects: boolean) => `
  CREATE TABLE kill_attempts (run_id uuid NOT NULL, step text NOT NULL, attempt integer NOT NULL);
  CREATE TABLE kill_effects (
    run_id uuid NOT NULL,
    step text NOT NULL${uniqueEffects ? ', UNIQUE (run_id, step)' : ''}
  );
  CREATE TABLE kill_status_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id uuid NOT NULL,
    before text,
    after text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  CREATE FUNCTION kill_note_status() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'INSERT' THEN
        INSERT INTO kill_status_changes (run_id, after) VALUES (NEW.id, NEW.status);
      ELSIF NEW.status IS DISTINCT FROM OLD.status THEN
        INSERT INTO kill_status_changes (run_id, before, after) VALUES (NEW.id, OLD.status, NEW.status);
      END IF;
      RETURN NULL;
    END
  $$;
  CREATE TRIGGER kill_note_status AFTER INSERT OR UPDATE ON runs
    FOR EACH ROW EXECUTE FUNCTION kill_note_status();`;

function databaseSettings(port: number): MigrationSettings {
  return {
    POSTGRES_HOST: '127.0.0.1',
    POSTGRES_PORT: port,
    POSTGRES_DB: appDatabase.database,
    POSTGRES_USER: appDatabase.user,
    POSTGRES_PASSWORD: appDatabase.password,
    POSTGRES_TLS_MODE: 'disable',
    POSTGRES_TLS_CA_PATH: undefined,
    POSTGRES_POOL_MAX: 2,
    POSTGRES_CONNECT_TIMEOUT_MS: 5_000,
    POSTGRES_STATEMENT_TIMEOUT_MS: 10_000,
    POSTGRES_STARTUP_TIMEOUT_MS: 30_000,
  };
}

/**
 * Applies the migrations and creates the tables of the test.
 * @param uniqueEffects - whether the table rejects a second effect of a run and step
 */
export async function openLedger(port: number, { uniqueEffects }: { uniqueEffects: boolean }): Promise<Ledger> {
  const settings = databaseSettings(port);
  await migrateUp(settings);
  const pool = new pg.Pool({
    host: settings.POSTGRES_HOST,
    port,
    user: settings.POSTGRES_USER,
    password: settings.POSTGRES_PASSWORD,
    database: settings.POSTGRES_DB,
    max: 2,
    connectionTimeoutMillis: 2_000,
    query_timeout: 10_000,
  });
  // Idle connections emit an error when the server is killed.
  pool.on('error', () => {});
  await pool.query(tables(uniqueEffects));

  async function rows<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      try {
        return (await pool.query<Row>(sql, [...values])).rows;
      } catch (error) {
        if (error instanceof pg.DatabaseError && !/^(57|08)/.test(error.code ?? '')) throw error;
        if (performance.now() > deadline) throw error;
        await delay(pauseMs);
      }
    }
  }
  return {
    rows,
    async count(sql) {
      const [row] = await rows<{ count: string }>(`SELECT count(*) AS count FROM ${sql}`);
      return Number(row?.count);
    },
    close: () => pool.end(),
  };
}
