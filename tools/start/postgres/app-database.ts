import { pg } from '../../../platform/database/pg.js';

export interface AppDatabaseOptions {
  readonly superuserUrl: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** Creates the app's role and database, or updates the role's password and the database's owner. Safe to repeat. */
export async function ensureAppDatabase({ superuserUrl, user, password, database }: AppDatabaseOptions): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const role = client.escapeIdentifier(user);
    const name = client.escapeIdentifier(database);
    // PostgreSQL logs statements that fail, and this one contains the password.
    await client.query('set log_min_error_statement = panic');
    const verb = (await exists(client, 'select from pg_roles where rolname = $1', user)) ? 'alter' : 'create';
    await client.query(`${verb} role ${role} login password ${client.escapeLiteral(password)}`);
    if (await exists(client, 'select from pg_database where datname = $1', database))
      await client.query(`alter database ${name} owner to ${role}`);
    else await client.query(`create database ${name} owner ${role}`);
  } finally {
    await client.end();
  }
}

async function exists(client: pg.Client, query: string, name: string): Promise<boolean> {
  return (await client.query(query, [name])).rowCount === 1;
}
