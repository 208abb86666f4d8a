import { join } from 'node:path';
import { product } from '../../config/product.js';
import { environmentFor } from '../../platform/settings/process-environment.js';
import { bundleCacheFolder, compiledSources, projectRoot } from '../../platform/settings/project.js';
import type { Environment } from '../../platform/settings/settings.js';
import { bundledFiles } from '../../platform/worker/bundled-files.js';
import { workflows } from '../../workflows/index.js';
import { type Timed, timed } from '../cli/screen.js';
import { AppImports } from './app-imports.js';
import { AppProcess } from './app-process.js';
import { compileSources } from './compile-sources.js';
import type { EmbeddedSettings, PortName } from './embedded-settings.js';
import { Front } from './front.js';
import type { Run } from './open-run.js';
import type { ServiceDied } from './readiness.js';
import type { AppName } from './start-order.js';
import type { Child } from './supervisor/supervisor.js';

export type { AppName };

/** Grace period for work in flight, in milliseconds; the worker then still waits for the activities that it cancels. */
const graceMs = { api: 1_500, worker: 500 } as const;

/** Files that a process runs, but does not import. */
const bundled: Readonly<Record<AppName, () => string[]>> = {
  api: () => [],
  worker: () => bundledFiles(bundleCacheFolder, workflows.path),
};

export interface AppsOptions {
  readonly settings: EmbeddedSettings;
  /** Environment of API and worker, to which this adds. @default - the process's own */
  readonly appEnv?: Environment;
  readonly run: Run;
  readonly plan: { readonly ports: Readonly<Record<PortName, number>> };
  /** Whether API and worker can be restarted while clients use them. @default false */
  readonly reloadable?: boolean;
  /** Whether debuggers can attach. @default false */
  readonly inspect?: boolean;
  /** Ends the fronts of reloadable apps. */
  readonly signal: AbortSignal;
  /** File with the password of the app's role, if the environment does not contain it. */
  readonly passwordFile: string | undefined;
  readonly migrate: () => Promise<{ applied: string[] }>;
}

export interface App {
  /** Base URL, for a client on this machine. */
  readonly url: string;
  /** Resolves when the first start is ready. */
  readonly started: Timed<Child>;
  /** The files of the project that it runs, as absolute paths; none if it is not reloadable. */
  imports(): ReadonlySet<string>;
  /** Whether a process of it is ready. */
  isServing(): boolean;
}

export interface Apps extends Readonly<Record<AppName, App>> {
  /**
   * Replaces the process of an app by one from the current sources, and returns when the previous one has stopped. If the new one does
   * not become ready, the previous one keeps serving.
   * @throws {ServiceDied | CommandFault}
   */
  restart(name: AppName, signal: AbortSignal): Promise<void>;
  /** Starts a process for each app that has loaded the platform's code, and waits for the next `restart`. */
  prepareSpares(): Promise<void>;
  /** Stops those processes. Call this when other code than the product's has changed. */
  discardSpares(): Promise<void>;
  /** Settings of the processes that start from now on. */
  configure(settings: EmbeddedSettings): void;
  migrate(): Promise<{ applied: string[] }>;
  /** Calls back when an app that was ready exits unexpectedly. */
  onDeath(listener: (error: ServiceDied) => void): void;
}

/** Starts worker and API at the same time; each waits for its own dependencies. */
export function startApps(options: AppsOptions): Apps {
  const { run, plan, reloadable, signal, migrate } = options;
  let { settings } = options;
  const deaths: ServiceDied[] = [];
  let reportDeath: (error: ServiceDied) => void = (error) => deaths.push(error);

  let compiling: Promise<boolean> | undefined;
  // One compilation serves both, if they start at the same time.
  const compile = () => {
    compiling ??= compileSources(projectRoot, compiledSources)
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        compiling = undefined;
      });
    return compiling;
  };

  function createApp(name: AppName, title: string, host: string) {
    const imports = new AppImports(join(run.data.root, 'imports'), name);
    const front = reloadable ? new Front(title) : undefined;
    signal.addEventListener('abort', () => front?.close());
    const app = new AppProcess({
      name,
      supervisor: run.supervisor,
      logFile: join(run.data.logs, `${name}.log`),
      host,
      port: plan.ports[name],
      // The terminal's environment may contain secrets of the other process.
      environment: () => environmentFor(name, product.settings, appEnvironment(options, settings)),
      inspect: options.inspect === true,
      compile,
      onDeath: (error) => reportDeath(error),
      reload: front && { front, imports },
    });
    return {
      url: app.url,
      started: timed(app.start()),
      imports: () => new Set([...imports.files(), ...bundled[name]()]),
      isServing: () => app.isServing,
      replace: app.replace.bind(app),
      prepareSpare: () => app.prepareSpare(),
      discardSpare: () => app.discardSpare(),
    };
  }

  const apps = {
    worker: createApp('worker', 'The worker', settings.WORKER_HEALTH_HOST),
    api: createApp('api', 'The API', settings.API_HOST),
  };
  const onBoth = async (act: (app: typeof apps.api) => Promise<void>) => {
    await Promise.all([apps.worker, apps.api].map(act));
  };
  return {
    ...apps,
    migrate,
    restart: (name, superseded) => apps[name].replace(superseded),
    prepareSpares: () => onBoth((app) => app.prepareSpare()),
    discardSpares: () => onBoth((app) => app.discardSpare()),
    configure(next) {
      settings = next;
    },
    onDeath(listener) {
      reportDeath = listener;
      for (const error of deaths.splice(0)) listener(error);
    },
  };
}

/**
 * The user's environment with the launcher's values, of which most stay as they are while the platform runs. API and worker also read `.env`; an empty value here overrides a value there.
 */
function appEnvironment(options: AppsOptions, current: EmbeddedSettings): Environment {
  const { settings: atStart, appEnv = process.env, plan, passwordFile } = options;
  const { ports } = plan;
  return {
    ...appEnv,
    API_HOST: atStart.API_HOST,
    API_PORT: String(ports.api),
    API_AUTHENTICATION: atStart.API_AUTHENTICATION,
    WORKER_HEALTH_HOST: atStart.WORKER_HEALTH_HOST,
    WORKER_HEALTH_PORT: String(ports.worker),
    POSTGRES_USER: atStart.POSTGRES_USER,
    POSTGRES_DB: atStart.POSTGRES_DB,
    POSTGRES_HOST: '127.0.0.1',
    POSTGRES_PORT: String(ports.postgres),
    TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
    TEMPORAL_NAMESPACE: atStart.TEMPORAL_NAMESPACE,
    TEMPORAL_NAMESPACE_CREATE: 'true',
    LOG_FORMAT: 'json',
    // Run the sources even if there is a build.
    WORKER_BUNDLE_PATH: '',
    WORKER_BUNDLE_CACHE_DIR: bundleCacheFolder,
    API_SHUTDOWN_GRACE_MS: String(Math.min(current.API_SHUTDOWN_GRACE_MS, graceMs.api)),
    WORKER_SHUTDOWN_GRACE_MS: String(Math.min(current.WORKER_SHUTDOWN_GRACE_MS, graceMs.worker)),
    ...(passwordFile && { POSTGRES_PASSWORD: '', POSTGRES_PASSWORD_FILE: passwordFile }),
  };
}
