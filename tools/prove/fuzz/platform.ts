import { join } from 'node:path';
import { migrations } from '../../../migrations/index.js';
import { makeToken, readToken } from '../../../platform/auth/api-key.js';
import { type ApiKeysRepository, createApiKeysRepository } from '../../../platform/database/api-keys-repository.js';
import { createDatabase } from '../../../platform/database/connection.js';
import { migrateUp } from '../../../platform/database/migrate.js';
import { healthPaths } from '../../../platform/settings/names.js';
import { bundleCacheFolder, projectRoot } from '../../../platform/settings/project.js';
import { readSettings } from '../../../platform/settings/settings.js';
import { openRun, type Run } from '../../start/open-run.js';
import { planPorts } from '../../start/ports.js';
import { ensureAppDatabase } from '../../start/postgres/app-database.js';
import { startPostgres } from '../../start/postgres/postgres.js';
import { ranks } from '../../start/ranks.js';
import { answersOk, untilReady } from '../../start/readiness.js';
import { findTemporalCli } from '../../start/temporal-cli/find.js';
import { startTemporalServer } from '../../start/temporal-server.js';

/** PostgreSQL, Temporal, a worker and an API that lets in who has a key. */
export interface Platform {
  /** Of the API. */
  readonly url: string;
  /** Tokens of two callers who may read and write what is their own, and nothing of each other. */
  readonly tokens: readonly [string, string];
  /** Gone after `stop`, as everything in it. */
  readonly folder: string;
  readonly logs: string;
  /** Ends everything, and removes its data and logs. */
  stop(): Promise<void>;
}

/** Away from the ports of the platform and of the other tests. */
const firstPorts = { postgres: 24_432, temporal: 24_733, temporalUi: 24_833, api: 24_300, worker: 24_320 };
type Ports = Readonly<Record<keyof typeof firstPorts, number>>;

/** Of a machine that may be busy, in milliseconds. */
const readyMs = 90_000;

const database = { user: 'atlas', password: 'made-up-too', database: 'atlas' } as const;

/** Starts all of it on free ports, and returns when it is ready. Whatever was started ends with this process, however that ends. */
export async function startPlatform(): Promise<Platform> {
  const plan = await planPorts(
    Object.fromEntries(
      Object.entries(firstPorts).map(([title, port]) => [
        title,
        { title, variable: '', host: '127.0.0.1', port, set: false },
      ]),
    ) as Record<keyof Ports, { title: string; variable: string; host: string; port: number; set: boolean }>,
  );
  const run = await openRun({ projectRoot, folder: undefined, ephemeral: true });
  const stop = async () => {
    await run.supervisor.stopAll();
    plan.release();
  };
  try {
    return { ...(await startAll(run, plan.ports)), folder: run.data.root, logs: run.data.logs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startAll(run: Run, ports: Ports): Promise<Pick<Platform, 'url' | 'tokens'>> {
  const env = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    ATLAS_ENV_FILE: '/dev/null',
    LOG_FORMAT: 'json',
    POSTGRES_PORT: String(ports.postgres),
    POSTGRES_DB: database.database,
    POSTGRES_USER: database.user,
    POSTGRES_PASSWORD: database.password,
    TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
    API_PORT: String(ports.api),
    API_AUTHENTICATION: 'keys',
    // Nobody calls as fast as a fuzzer.
    API_CALLER_RATE_LIMIT: '0',
    API_ADDRESS_RATE_LIMIT: '0',
    WORKER_HEALTH_PORT: String(ports.worker),
    WORKER_BUNDLE_CACHE_DIR: bundleCacheFolder,
  };
  const startDatabase = async () => {
    const { superuserUrl } = await startPostgres(run, ports.postgres);
    await ensureAppDatabase({ superuserUrl, ...database });
    const { settings } = readSettings(env);
    await migrateUp(settings, { folders: migrations });
    const sequelize = createDatabase(settings, { service: 'api' });
    try {
      const keys = createApiKeysRepository(sequelize);
      return [await makeKey(keys, 'ada'), await makeKey(keys, 'grace')] as const;
    } finally {
      await sequelize.close();
    }
  };
  const startTemporal = async () => {
    const cli = await findTemporalCli({ explicitPath: process.env['TEMPORAL_CLI_PATH'], env: process.env });
    await startTemporalServer({
      supervisor: run.supervisor,
      cli: cli.path,
      port: ports.temporal,
      uiPort: ports.temporalUi,
      namespace: 'default',
      logFile: join(run.data.logs, 'temporal.log'),
      folder: undefined,
    });
  };
  const startApp = async (name: 'api' | 'worker') => {
    const child = await run.supervisor.spawn({
      service: name,
      rank: ranks[name],
      command: process.execPath,
      args: ['--import', import.meta.resolve('tsx'), join(projectRoot, name, 'main.ts')],
      env,
      cwd: projectRoot,
      logFile: join(run.data.logs, `${name}.log`),
      stop: { signal: 'SIGTERM', boundMs: 3_000 },
    });
    await untilReady(name, child, () => answersOk(`http://127.0.0.1:${ports[name]}${healthPaths.ready}`), readyMs);
  };
  const [tokens] = await Promise.all([startDatabase(), startTemporal()]);
  await Promise.all([startApp('worker'), startApp('api')]);
  return { url: `http://127.0.0.1:${ports.api}`, tokens };
}

/** @returns its token */
async function makeKey(keys: Pick<ApiKeysRepository, 'create'>, name: string): Promise<string> {
  const token = makeToken();
  const credential = readToken(token);
  if (!credential) throw new Error('A token that was just made cannot be read');
  await keys.create({ ...credential, name, scopes: ['runs:read', 'runs:write'] }, 'fuzz');
  return token;
}
