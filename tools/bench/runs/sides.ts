import { join } from 'node:path';
import { product } from '../../../config/product.js';
import { healthPaths } from '../../../platform/settings/names.js';
import type { DatabaseEnvironment, Platform } from './platform.js';
import { freePort, Program, type ProgramProps } from './program.js';

/** A server under load. */
export interface Server {
  readonly program: Program;
  readonly host: string;
  readonly port: number;
}

const host = '127.0.0.1';
/** Pool size of the API and of the bare servers. */
const poolMax = '10';
/** All requests come from one address: count them, but reject none. */
const open = { API_AUTHENTICATION: 'none', API_CALLER_RATE_LIMIT: '10000000', API_ADDRESS_RATE_LIMIT: '10000000' };

/** Starts and stops the programs of both sides. */
export class Sides {
  private readonly started: Program[] = [];

  /**
   * @param profiles - folder for CPU profiles of our API and worker. @default - no profiles
   */
  constructor(
    private readonly platform: Platform,
    private readonly logs: string,
    private readonly signal: AbortSignal,
    private readonly profiles?: string,
  ) {}

  /** Our API as deployed: compiled, with all middleware, logging at `info`. */
  async api(database: DatabaseEnvironment, namespace: string): Promise<Server> {
    const port = await freePort();
    const program = this.start('api', {
      args: [...this.profiling('api'), 'dist/api/main.js'],
      env: { ...this.settings(database, namespace), API_HOST: host, API_PORT: String(port), ...open },
    });
    await program.untilReady(`http://${host}:${port}${healthPaths.ready}`, this.signal);
    return { program, host, port };
  }

  /** Our compiled worker with the prebuilt bundle, on both task queues. */
  async worker(database: DatabaseEnvironment, namespace: string): Promise<Program> {
    const port = await freePort();
    const program = this.start('worker', {
      args: [...this.profiling('worker'), 'dist/worker/main.js'],
      env: {
        ...this.settings(database, namespace),
        WORKER_BUNDLE_PATH: 'dist/workflow-bundle.js',
        WORKER_HEALTH_PORT: String(port),
      },
    });
    await program.untilReady(`http://${host}:${port}${healthPaths.ready}`, this.signal);
    return program;
  }

  /** `node:http` with Temporal's client. */
  bareHttp = (namespace: string): Promise<Server> =>
    this.bareServer('temporal-http', {
      TEMPORAL_ADDRESS: this.platform.temporalAddress,
      TEMPORAL_NAMESPACE: namespace,
      TASK_QUEUE: product.taskQueues.workflows,
    });

  /** Koa with a pool of connections. */
  bareKoa = (database: DatabaseEnvironment): Promise<Server> =>
    this.bareServer('koa', { ...database, POSTGRES_POOL_MAX: poolMax });

  /** Temporal's worker with the same workflows and activity. */
  bareWorker = (namespace: string): Promise<Server> =>
    this.bareServer('worker', {
      TEMPORAL_ADDRESS: this.platform.temporalAddress,
      TEMPORAL_NAMESPACE: namespace,
      WORKFLOWS_QUEUE: product.taskQueues.workflows,
      ACTIVITIES_QUEUE: product.taskQueues.activities,
      DIST: join(this.platform.folder, 'dist'),
    });

  /** Stops all that was started. Safe to call again. */
  stop = async (): Promise<void> => {
    await Promise.all(this.started.splice(0).map((program) => program.stop()));
  };

  private async bareServer(name: string, env: Readonly<Record<string, string>>): Promise<Server> {
    const port = await freePort();
    const program = this.start(`bare-${name}`, {
      args: [`bench/runs/bare/${name}.mjs`],
      env: { ...env, PORT: String(port) },
    });
    await program.untilReady(`http://${host}:${port}/`, this.signal);
    return { program, host, port };
  }

  private start(name: string, props: Pick<ProgramProps, 'args' | 'env'>): Program {
    const logFile = join(this.logs, `${name}.log`);
    const program = Program.start({ name, ...props, cwd: this.platform.folder, logFile });
    this.started.push(program);
    return program;
  }

  private settings = (database: DatabaseEnvironment, namespace: string): Record<string, string> => ({
    ATLAS_ENV_FILE: '/dev/null',
    LOG_LEVEL: 'info',
    LOG_FORMAT: 'json',
    ...database,
    POSTGRES_POOL_MAX: poolMax,
    TEMPORAL_ADDRESS: this.platform.temporalAddress,
    TEMPORAL_NAMESPACE: namespace,
  });

  private profiling = (name: string): string[] =>
    this.profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${join(this.profiles, name)}`];
}
