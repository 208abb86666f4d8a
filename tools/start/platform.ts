import { join } from 'node:path';
import { migrations as migrationFolders } from '../../migrations/index.js';
import type { OutdatedStep } from '../../platform/database/migration-source.js';
import { acceptsKeys } from '../../platform/settings/authentication.js';
import type { Environment } from '../../platform/settings/settings.js';
import { type Screen, timed } from '../cli/screen.js';
import { describeOutdated } from '../migrate/outdated.js';
import { type Apps, startApps } from './apps.js';
import type { EmbeddedSettings, PortName } from './embedded-settings.js';
import type { ensureFirstKey } from './first-key.js';
import type { Run } from './open-run.js';
import type { PortPlan } from './ports.js';
import { ensureAppDatabase } from './postgres/app-database.js';
import { startPostgres } from './postgres/postgres.js';
import { ServiceDied } from './readiness.js';
import { keptPassword } from './secrets.js';
import type { Child } from './supervisor/supervisor.js';
import { type FoundCli, findTemporalCli } from './temporal-cli/find.js';
import { keepClosedWorkflows, startTemporalServer } from './temporal-server.js';

export interface PlatformOptions {
  readonly settings: EmbeddedSettings;
  readonly env: Environment;
  /** Environment of API and worker. @default - the process's own */
  readonly appEnv?: Environment;
  readonly run: Run;
  readonly plan: PortPlan<PortName>;
  readonly screen: Screen;
  /** Whether API and worker can be restarted while clients use them. @default false */
  readonly reloadable?: boolean;
  /** Whether debuggers can attach to API and worker. @default false */
  readonly inspect?: boolean;
  /** Ends the download of the Temporal CLI, the wait of the migrations and the fronts of reloadable apps. */
  readonly signal: AbortSignal;
}

export interface Platform {
  readonly apps: Apps;
  readonly uiUrl: string;
  /** Without the password. */
  readonly postgresUrl: string;
  /** File with the password of the app's role; `undefined` if the user set the password. */
  readonly passwordFile: string | undefined;
  /** `undefined` if callers need no key. */
  readonly firstKey: Awaited<ReturnType<typeof firstKeyOf>>;
  /** Rejects with `ServiceDied` when PostgreSQL or Temporal exits. Never resolves. */
  readonly serverDied: Promise<never>;
}

/**
 * Starts everything, in parallel where possible, and shows it in the order of dependencies. The run's supervisor stops
 * everything, also after a failure.
 * @throws the first failure
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { settings, run, screen } = options;
  const secretFile = join(run.data.secrets, 'postgres-password');
  const passwordFile = settings.POSTGRES_PASSWORD === undefined ? secretFile : undefined;
  const starting = startParts(options, settings.POSTGRES_PASSWORD ?? keptPassword(secretFile), passwordFile);
  // The first failure ends the wait, even if an earlier step on the screen is still running.
  await Promise.all([showParts(screen, starting), allReady(starting)]);
  const [{ value: postgres }, { value: temporal }] = await Promise.all([
    starting.postgres.result,
    starting.temporal.result,
  ]);
  return {
    apps: await starting.apps,
    uiUrl: temporal.server.uiUrl,
    postgresUrl: `postgresql://${settings.POSTGRES_USER}@127.0.0.1:${postgres.port}/${settings.POSTGRES_DB}`,
    passwordFile,
    firstKey: await (await starting.database).firstKey,
    serverDied: Promise.race([death('PostgreSQL', postgres.child), death('Temporal', temporal.server.child)]),
  };
}

function startParts(options: PlatformOptions, password: string, passwordFile: string | undefined) {
  const { settings, env, run, plan, screen, signal } = options;
  // Sequelize loads while PostgreSQL starts.
  const migrateModule = import('../../platform/database/migrate.js');
  const own = {
    ...settings,
    POSTGRES_HOST: '127.0.0.1',
    POSTGRES_PORT: plan.ports.postgres,
    POSTGRES_PASSWORD: password,
  };
  const onOutdated = (steps: readonly OutdatedStep[]) => {
    for (const line of describeOutdated(steps)) screen.warn(line);
  };
  const migrate = async () => (await migrateModule).migrateUp(own, { folders: migrationFolders, signal, onOutdated });
  const postgres = timed(startDatabase(options, password));
  const database = postgres.result.then(() => {
    const migrations = timed(migrate());
    const firstKey = migrations.result.then(() => firstKeyOf(own, join(run.data.secrets, 'api-key')));
    firstKey.catch(() => undefined); // reported where it is awaited
    return { migrations, firstKey };
  });
  const cli = findTemporalCli({
    explicitPath: settings.TEMPORAL_CLI_PATH,
    env,
    signal,
    onProgress: (progress) => screen.progress(progress),
  });
  const temporal = timed(startTemporal(options, cli));
  // The apps wait for Temporal themselves, but not for its download.
  const apps = Promise.all([database, cli]).then(() => startApps({ ...options, passwordFile, migrate }));
  apps.catch(() => undefined); // reported where it is awaited
  return { postgres, temporal, database, apps };
}

type StartingParts = ReturnType<typeof startParts>;

async function showParts(screen: Screen, { postgres, temporal, database, apps }: StartingParts): Promise<void> {
  await screen.step('PostgreSQL', postgres, (it) => `PostgreSQL ${it.version} ready on 127.0.0.1:${it.port}`);
  const describe = ({ cli, server }: Awaited<StartingParts['temporal']['result']>['value']) =>
    `Temporal server ${server.version} ready on ${server.address}, CLI ${cli.version} from ${origins[cli.source]}`;
  await screen.step('Temporal', temporal, describe);
  const { migrations } = await database;
  await screen.step(
    'Migrations',
    migrations,
    ({ applied }) => `Migrations up to date${applied.length > 0 ? `, applied ${applied.length}` : ''}`,
  );
  const { worker, api } = await apps;
  await screen.step('Worker', worker.started, () => `Worker ready, health on ${worker.url}`);
  await screen.step('API', api.started, () => `API ready on ${api.url}`);
}

async function allReady({ temporal, database, apps }: StartingParts): Promise<void> {
  await Promise.all([
    temporal.result.then(({ value }) => value.retention),
    database.then(({ migrations, firstKey }) => Promise.all([migrations.result, firstKey])),
    apps.then(({ worker, api }) => Promise.all([worker.started.result, api.started.result])),
  ]);
}

/** Loaded on demand: most users need no API key here. */
async function firstKeyOf(
  settings: Parameters<typeof ensureFirstKey>[0] & Pick<EmbeddedSettings, 'API_AUTHENTICATION'>,
  file: string,
) {
  if (!acceptsKeys(settings.API_AUTHENTICATION)) return undefined;
  return (await import('./first-key.js')).ensureFirstKey(settings, file);
}

async function startDatabase({ settings, run, plan }: PlatformOptions, password: string) {
  const server = await startPostgres(run, plan.ports.postgres);
  await ensureAppDatabase({
    superuserUrl: server.superuserUrl,
    user: settings.POSTGRES_USER,
    password,
    database: settings.POSTGRES_DB,
  });
  return server;
}

/**
 * The pause between two attempts of a failing workflow task is its timeout plus this, instead of up to ten minutes: a run continues soon
 * after its code was fixed.
 */
const soonRetriedTasks = 'history.workflowTaskRetryMaxInterval="1s"';

/**
 * A task that the server gives to a worker just when it shuts down is lost, and comes back after this time. The default is ten seconds; the
 * SDK itself ends workflow code that runs for five.
 */
const soonReturnedTasks = 'history.defaultWorkflowTaskTimeout="5s"';

/** The server answers the open polls of a worker that shuts down. Otherwise the worker abandons them, with activities in transit. */
const answeredPolls = 'frontend.enableCancelWorkerPollsOnShutdown=true';

async function startTemporal({ settings, run, plan }: PlatformOptions, finding: Promise<FoundCli>) {
  const cli = await finding;
  const serverOptions = {
    supervisor: run.supervisor,
    cli: cli.path,
    port: plan.ports.temporal,
    uiPort: plan.ports.temporalUi,
    namespace: settings.TEMPORAL_NAMESPACE,
    logFile: join(run.data.logs, 'temporal.log'),
    dynamicConfig: [soonRetriedTasks, soonReturnedTasks, answeredPolls],
    folder: run.data.ephemeral ? undefined : run.data.temporal,
  };
  const server = await startTemporalServer(serverOptions);
  const retention = keepClosedWorkflows(serverOptions, settings.TEMPORAL_NAMESPACE_RETENTION_DAYS);
  retention.catch(() => undefined);
  return { cli, server, retention };
}

async function death(title: string, child: Child): Promise<never> {
  const exit = await child.exited;
  if (exit.asked) return new Promise<never>(() => undefined);
  throw new ServiceDied(title, exit, child.spec.logFile);
}

const origins = {
  TEMPORAL_CLI_PATH: 'TEMPORAL_CLI_PATH',
  PATH: 'the PATH',
  cache: 'the cache',
  download: 'its download',
  pip: 'PyPI',
} as const;
