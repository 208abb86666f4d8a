import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { pg } from '../../../platform/database/pg.js';
import { ports, services } from '../../../platform/settings/names.js';
import { BenchError } from '../bench-error.js';
import { BenchStage } from '../deploy/bench-stage.js';
import { runCommand } from '../run-command.js';
import { createNamespace } from './namespace.js';

const prefix = 'atlas-bench';
const containers = { postgres: `${prefix}-${services.postgres}`, temporal: `${prefix}-${services.temporal}` } as const;
const appRole = 'atlas';

const reachableWithinMs = 5_000;

/** Connection settings of a database of the platform. */
export type DatabaseEnvironment = Readonly<Record<`POSTGRES_${'HOST' | 'PORT' | 'DB' | 'USER' | 'PASSWORD'}`, string>>;

/**
 * PostgreSQL and Temporal of a production stage, without its other services, and a build of the project. Programs use the addresses of
 * the containers, because a published port would add a process to every connection.
 */
export class Platform {
  private constructor(
    /** Copy of the project with its build in `dist`. */
    readonly folder: string,
    readonly temporalAddress: string,
    private readonly postgresHost: string,
    private readonly connection: Connection,
  ) {}

  /**
   * Deploys the stage, calls `use`, and removes the stage.
   * @param folder - for the copy of the project; does not exist yet
   * @throws {BenchError} `stage-exists`: the engine already has objects of the stage; nothing changed
   * @throws {BenchError} `containers-unreachable`
   */
  static async with(folder: string, signal: AbortSignal, use: (platform: Platform) => Promise<void>): Promise<void> {
    // Temporal gets the shards and limits of production.
    process.env['ATLAS_STAGE_KIND'] = 'production';
    const stage = await BenchStage.create(folder, signal);
    try {
      await stage.synth();
      await stage.pullImages();
      await stage.deploy();
      await keepServersOnly();
      await runCommand('npm', ['run', 'build'], { cwd: folder, signal });
      const temporal = `${await addressOf(containers.temporal)}:${ports.temporal}`;
      const connecting = Connection.connect({ address: temporal, connectTimeout: reachableWithinMs });
      const connection = await connecting.catch((cause) => {
        const remedy = 'use a Docker engine that runs directly on this machine (Linux)';
        throw new BenchError('containers-unreachable', `Cannot reach the container at ${temporal}; ${remedy}`, {
          cause,
        });
      });
      const platform = new Platform(folder, temporal, await addressOf(containers.postgres), connection);
      await use(platform).finally(() => connection.close());
    } finally {
      await stage.clear();
    }
  }

  async createEmptyDatabase(name: string): Promise<DatabaseEnvironment> {
    await this.query('postgres', `CREATE DATABASE ${name} OWNER ${appRole}`);
    return {
      POSTGRES_HOST: this.postgresHost,
      POSTGRES_PORT: String(ports.postgres),
      POSTGRES_DB: name,
      POSTGRES_USER: appRole,
      POSTGRES_PASSWORD: this.secret('api/postgres-password'),
    };
  }

  /** Creates a database with the app's tables. */
  async createDatabase(name: string, signal: AbortSignal): Promise<DatabaseEnvironment> {
    const database = await this.createEmptyDatabase(name);
    const env = { ...process.env, ...database, ATLAS_ENV_FILE: '/dev/null' };
    await runCommand('node', ['dist/tools/migrate/main.js', 'up'], { cwd: this.folder, env, signal });
    return database;
  }

  /** Creates a namespace and waits until the server serves it. */
  createNamespace = (name: string, signal: AbortSignal): Promise<string> =>
    createNamespace(this.connection, name, signal);

  /** Counts open and closed workflows of a type in the visibility store. */
  async countWorkflows(namespace: string, workflow: string): Promise<number> {
    const query = `WorkflowType = '${workflow}'`;
    return Number((await this.connection.workflowService.countWorkflowExecutions({ namespace, query })).count);
  }

  /** Counts runs with one of these statuses. */
  async countRuns(database: DatabaseEnvironment, ...statuses: readonly ('pending' | 'running')[]): Promise<number> {
    const list = statuses.map((status) => `'${status}'`).join();
    const [row] = await this.query(database.POSTGRES_DB, `SELECT count(*) FROM runs WHERE status IN (${list})`);
    return Number(row?.['count']);
  }

  /** Deletes all runs and idempotency keys of the database. */
  async forgetRuns({ POSTGRES_DB: name }: DatabaseEnvironment): Promise<void> {
    await this.query(name, 'TRUNCATE runs, idempotency_keys');
  }

  /** Versions that both sides use. */
  async versions(): Promise<Record<string, string>> {
    const [row] = await this.query('postgres', 'SHOW server_version');
    const { serverVersion } = await this.connection.workflowService.getSystemInfo({});
    return {
      'Node.js': process.versions.node,
      PostgreSQL: String(row?.['server_version']).split(' ')[0] ?? '',
      Temporal: String(serverVersion),
    };
  }

  private async query(database: string, sql: string): Promise<Record<string, unknown>[]> {
    const password = this.secret('postgres/superuser-password');
    const client = new pg.Client({
      host: this.postgresHost,
      port: ports.postgres,
      database,
      user: 'postgres',
      password,
    });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  private secret = (path: string): string =>
    readFileSync(join(this.folder, '.stages/bench/secrets', path), 'utf8').trim();
}

/** Stops the other services of the stage, which would use CPU and execute workflows. */
async function keepServersOnly(): Promise<void> {
  const { stdout } = await runCommand('docker', ['ps', '--filter', `name=^${prefix}-`, '--format', '{{.Names}}']);
  const others = stdout.split('\n').filter((name) => name && !Object.values<string>(containers).includes(name));
  await runCommand('docker', ['stop', ...others]);
}

async function addressOf(container: string): Promise<string> {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  return (await runCommand('docker', ['inspect', '--format', format, container])).stdout.trim();
}
