import { join } from 'node:path';
import { product } from '../../config/product.js';
import { healthPaths } from '../../platform/settings/names.js';
import { environmentFor } from '../../platform/settings/process-environment.js';
import { bundleCacheFolder, projectRoot } from '../../platform/settings/project.js';
import type { Environment } from '../../platform/settings/settings.js';
import { type Timed, timed } from '../cli/screen.js';
import type { EmbeddedSettings, PortName } from './embedded-settings.js';
import type { Run } from './open-run.js';
import { answersOk, ServiceDied, untilReady } from './readiness.js';
import { startOrder } from './start-order.js';
import type { Child } from './supervisor/supervisor.js';

export type AppName = 'worker' | 'api';

/** In milliseconds; a worker bundles its workflows first, perhaps on a busy machine. */
const readyBoundMs = 90_000;
/** Longest time to stop, in milliseconds; with PostgreSQL and Temporal less than ten seconds in total. */
const stopBoundMs = { api: 2_500, worker: 3_000 } as const;
/** Grace period for work in flight, in milliseconds; the worker then still waits for the activities that it cancels. */
const graceMs = { api: 1_500, worker: 500 } as const;
const titles = { api: 'The API', worker: 'The worker' } as const;

export interface AppsOptions {
  readonly settings: EmbeddedSettings;
  /** Environment of API and worker, to which this adds. @default - the process's own */
  readonly appEnv?: Environment;
  readonly run: Run;
  readonly plan: { readonly ports: Readonly<Record<PortName, number>> };
  /** File with the password of the app's role, if the environment does not contain it. */
  readonly passwordFile: string | undefined;
  readonly migrate: () => Promise<{ applied: string[] }>;
}

export interface App {
  /** Base URL, for a client on this machine. */
  readonly url: string;
  /** Resolves when the first start is ready. */
  readonly started: Timed<Child>;
}

export interface Apps extends Readonly<Record<AppName, App>> {
  /** Stops an app, starts it from its current sources, and returns when it is ready. @throws {ServiceDied | CommandFault} */
  restart(name: AppName): Promise<void>;
  migrate(): Promise<{ applied: string[] }>;
  /** Calls back when an app that was ready exits unexpectedly. */
  onDeath(listener: (error: ServiceDied) => void): void;
}

/** Starts worker and API at the same time; each waits for its own dependencies. */
export function startApps(options: AppsOptions): Apps {
  const { settings, run, plan, migrate } = options;
  const environment = appEnvironment(options);
  const running = new Map<AppName, Child>();
  const urls = {
    worker: localUrl(settings.WORKER_HEALTH_HOST, plan.ports.worker),
    api: localUrl(settings.API_HOST, plan.ports.api),
  };
  const deaths: ServiceDied[] = [];
  let reportDeath: (error: ServiceDied) => void = (error) => deaths.push(error);

  async function start(name: AppName): Promise<Child> {
    const child = await run.supervisor.spawn({
      service: name,
      startOrder: startOrder[name],
      command: process.execPath,
      args: ['--import', import.meta.resolve('tsx'), join(projectRoot, name, 'main.ts')],
      // The terminal's environment may contain secrets of the other process.
      env: environmentFor(name, product.settings, environment),
      cwd: projectRoot,
      logFile: join(run.data.logs, `${name}.log`),
      stop: { signal: 'SIGTERM', boundMs: stopBoundMs[name] },
    });
    running.set(name, child);
    await untilReady(titles[name], child, () => answersOk(`${urls[name]}${healthPaths.ready}`), readyBoundMs);
    void child.exited.then((exit) => {
      if (!exit.asked) reportDeath(new ServiceDied(titles[name], exit, child.spec.logFile));
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
      reportDeath = listener;
      for (const error of deaths.splice(0)) listener(error);
    },
  };
}

/**
 * The user's environment with the launcher's values. API and worker also read `.env`; an empty value here overrides a value there.
 */
function appEnvironment({ settings, appEnv = process.env, plan, passwordFile }: AppsOptions): Environment {
  const { ports } = plan;
  return {
    ...appEnv,
    API_PORT: String(ports.api),
    API_AUTHENTICATION: settings.API_AUTHENTICATION,
    WORKER_HEALTH_PORT: String(ports.worker),
    POSTGRES_HOST: '127.0.0.1',
    POSTGRES_PORT: String(ports.postgres),
    TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
    TEMPORAL_NAMESPACE_CREATE: 'true',
    LOG_FORMAT: 'json',
    // Run the sources even if there is a build.
    WORKER_BUNDLE_PATH: '',
    WORKER_BUNDLE_CACHE_DIR: bundleCacheFolder,
    API_SHUTDOWN_GRACE_MS: String(Math.min(settings.API_SHUTDOWN_GRACE_MS, graceMs.api)),
    WORKER_SHUTDOWN_GRACE_MS: String(Math.min(settings.WORKER_SHUTDOWN_GRACE_MS, graceMs.worker)),
    ...(passwordFile && { POSTGRES_PASSWORD: '', POSTGRES_PASSWORD_FILE: passwordFile }),
  };
}

/** Base URL of a server that listens on `host`, for clients on this machine. */
function localUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
