import { join } from 'node:path';
import { healthPaths } from '../../platform/settings/names.js';
import { bundleCacheFolder, projectRoot } from '../../platform/settings/project.js';
import type { Environment } from '../../platform/settings/settings.js';
import { type Timed, timed } from '../cli/screen.js';
import type { EmbeddedSettings, PortName } from './embedded-settings.js';
import type { Run } from './open-run.js';
import { ranks } from './ranks.js';
import { answersOk, ServiceDied, untilReady } from './readiness.js';
import type { ChildSpec } from './supervisor/protocol.js';
import type { Child } from './supervisor/supervisor.js';

/** The two programs of this repository that the platform runs. */
export type AppName = 'worker' | 'api';

/** A worker bundles its workflows first, on a machine that may be busy; in milliseconds. */
const readyBoundMs = 90_000;
/** Longest time each may take to end, in milliseconds; with PostgreSQL's and Temporal's they stay below ten seconds. */
const stopBoundMs = { api: 2_500, worker: 3_000 } as const;
/** Time that what is in flight has to end, in milliseconds: less than the whole bound, in which a worker also waits for what it cancels. */
const graceMs = { api: 1_500, worker: 500 } as const;
const titles = { api: 'The API', worker: 'The worker' } as const;

export interface AppsOptions {
  readonly settings: EmbeddedSettings;
  /** Environment of API and worker, to which this adds. @default - the process's own */
  readonly appEnv?: Environment;
  readonly run: Run;
  readonly plan: { readonly ports: Readonly<Record<PortName, number>> };
  /** File with the password of the app's role, where the environment does not hold it. */
  readonly passwordFile: string | undefined;
  readonly migrate: () => Promise<{ applied: string[] }>;
}

export interface App {
  /** Base URL, for a client on this machine. */
  readonly url: string;
  /** The first start; resolved when it is ready. */
  readonly started: Timed<Child>;
}

export interface Apps extends Readonly<Record<AppName, App>> {
  /**
   * Ends one, starts it from its sources as they are now, and returns when it is ready.
   * @throws {ServiceDied | ServiceNotReady}
   */
  restart(name: AppName): Promise<void>;
  /** Applies migrations that were added since. */
  migrate(): Promise<{ applied: string[] }>;
  /** Calls back whenever one that was ready ends unasked. */
  onDeath(listener: (error: ServiceDied) => void): void;
}

/** Starts worker and API at the same time; each waits by itself for what it needs. */
export function startApps(options: AppsOptions): Apps {
  const { settings, run, plan, migrate } = options;
  const environment = appEnvironment(options);
  const running = new Map<AppName, Child>();
  const urls = {
    worker: localUrl(settings.WORKER_HEALTH_HOST, plan.ports.worker),
    api: localUrl(settings.API_HOST, plan.ports.api),
  };
  const deaths: ServiceDied[] = [];
  let tellDeath: (error: ServiceDied) => void = (error) => deaths.push(error);

  async function start(name: AppName): Promise<Child> {
    const child = await run.supervisor.spawn(appSpec(name, run.data.logs, environment));
    running.set(name, child);
    await untilReady(titles[name], child, () => answersOk(`${urls[name]}${healthPaths.ready}`), readyBoundMs);
    void child.exited.then((exit) => {
      if (!exit.asked) tellDeath(new ServiceDied(titles[name], exit, child.spec.logFile));
    });
    return child;
  }

  return {
    worker: { url: urls.worker, started: timed(start('worker')) },
    api: { url: urls.api, started: timed(start('api')) },
    migrate,
    async restart(name) {
      const child = running.get(name);
      if (child && !child.exit) await run.supervisor.stop(child);
      await start(name);
    },
    onDeath(listener) {
      tellDeath = listener;
      for (const error of deaths.splice(0)) listener(error);
    },
  };
}

function appSpec(name: AppName, logs: string, environment: Readonly<Record<string, string>>): ChildSpec {
  return {
    service: name,
    rank: ranks[name],
    command: process.execPath,
    args: ['--import', import.meta.resolve('tsx'), join(projectRoot, name, 'main.ts')],
    env: environment,
    cwd: projectRoot,
    logFile: join(logs, `${name}.log`),
    stop: { signal: 'SIGTERM', boundMs: stopBoundMs[name] },
  };
}

/**
 * The user's environment, and over it what only the launcher knows. An empty value unsets what `.env` may hold, which
 * API and worker read for themselves.
 */
function appEnvironment({ settings, appEnv = process.env, plan, passwordFile }: AppsOptions): Record<string, string> {
  const { ports } = plan;
  return {
    ...inherited(appEnv),
    API_PORT: String(ports.api),
    API_AUTHENTICATION: settings.API_AUTHENTICATION,
    WORKER_HEALTH_PORT: String(ports.worker),
    POSTGRES_HOST: '127.0.0.1',
    POSTGRES_PORT: String(ports.postgres),
    TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
    TEMPORAL_NAMESPACE_CREATE: 'true',
    LOG_FORMAT: 'json',
    // The sources are run, also where a build exists.
    WORKER_BUNDLE_PATH: '',
    WORKER_BUNDLE_CACHE_DIR: bundleCacheFolder,
    API_SHUTDOWN_GRACE_MS: String(Math.min(settings.API_SHUTDOWN_GRACE_MS, graceMs.api)),
    WORKER_SHUTDOWN_GRACE_MS: String(Math.min(settings.WORKER_SHUTDOWN_GRACE_MS, graceMs.worker)),
    ...(passwordFile && { POSTGRES_PASSWORD: '', POSTGRES_PASSWORD_FILE: passwordFile }),
  };
}

/** Base URL of a server that listens on `host`, for a client on this machine. */
function localUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

const inherited = (env: Environment): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
