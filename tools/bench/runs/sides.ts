import { join } from 'node:path';
import { freePort } from '../../../platform/http/free-port.js';
import { healthPaths } from '../../../platform/settings/names.js';
import { installPeers } from './peers.js';
import type { DatabaseEnvironment, Platform } from './platform.js';
import { Program } from './program.js';
import { bareTaskQueue } from './rows.js';

/** A server under load. */
export interface Server {
  readonly program: Program;
  readonly host: string;
  readonly port: number;
}

type Environment = Readonly<Record<string, string>>;

const host = '127.0.0.1';
/** Of the API and of the bare servers. */
const pool = { POSTGRES_POOL_MAX: '10' };
/** All requests come from one address: count them, but reject none. */
const open = { API_AUTHENTICATION: 'none', API_CALLER_RATE_LIMIT: '10000000', API_ADDRESS_RATE_LIMIT: '10000000' };
const logging = { ATLAS_ENV_FILE: '/dev/null', LOG_LEVEL: 'info', LOG_FORMAT: 'json' };

/** Starts and stops the programs of both sides. */
export class Sides {
  private readonly started: Program[] = [];

  /** @param profiles - folder for CPU profiles of our API and worker. @default - no profiles */
  constructor(
    private readonly platform: Platform,
    private readonly logs: string,
    private readonly signal: AbortSignal,
    private readonly profiles?: string,
  ) {}

  /** Our API as deployed: compiled, with all middleware, logging at `info`. */
  api = (database: DatabaseEnvironment, namespace: string, settings: Environment = {}): Promise<Server> =>
    this.ours('api', 'API_PORT', {
      ...database,
      ...this.temporal(namespace),
      API_HOST: host,
      ...open,
      ...settings,
    });

  /** Our compiled worker with the prebuilt bundle. */
  worker = (database: DatabaseEnvironment, namespace: string): Promise<Server> =>
    this.ours('worker', 'WORKER_HEALTH_PORT', {
      ...database,
      ...this.temporal(namespace),
      WORKER_BUNDLE_PATH: 'dist/workflow-bundle.js',
    });

  /** `node:http` with Temporal's client. */
  bareHttp = (namespace: string): Promise<Server> =>
    this.bare('temporal-http', { ...this.temporal(namespace), TASK_QUEUE: bareTaskQueue });

  /** Koa with a pool of connections. */
  bareKoa = (database: DatabaseEnvironment): Promise<Server> => this.bare('koa', { ...database, ...pool });

  /** Temporal's worker with the same workflows and activity, on one task queue. */
  bareWorker = (namespace: string, address = this.platform.temporalAddress): Promise<Server> =>
    this.bare('worker', { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace, TASK_QUEUE: bareTaskQueue });

  /** DBOS behind `node:http`, with workflows and steps in its process. */
  dbos = async (database: DatabaseEnvironment): Promise<Server> => {
    const peers = join(this.logs, '../peers');
    await installPeers(peers, this.signal);
    return this.bare('dbos', { ...database, PEERS: peers });
  };

  /** Stops all programs. Idempotent. */
  async stop(): Promise<void> {
    await Promise.all(this.started.splice(0).map((program) => program.stop()));
  }

  private ours(name: string, portSetting: string, env: Environment): Promise<Server> {
    const profiling = this.profiles ? ['--cpu-prof', `--cpu-prof-dir=${join(this.profiles, name)}`] : [];
    const args = [...profiling, `dist/${name}/main.js`];
    return this.start(name, args, { ...logging, ...pool, ...env }, portSetting, healthPaths.ready);
  }

  private bare = (name: string, env: Environment): Promise<Server> =>
    this.start(`bare-${name}`, [`tools/bench/runs/bare/${name}.mjs`], env, 'PORT', '/');

  private async start(
    name: string,
    args: readonly string[],
    env: Environment,
    portSetting: string,
    readyPath: string,
  ): Promise<Server> {
    const port = await freePort(host);
    const options = { cwd: this.platform.folder, env: { ...env, [portSetting]: String(port) } };
    const program = new Program(name, join(this.logs, `${name}.log`), args, options);
    this.started.push(program);
    await program.untilReady(`http://${host}:${port}${readyPath}`, this.signal);
    return { program, host, port };
  }

  private temporal = (namespace: string): Environment => ({
    TEMPORAL_ADDRESS: this.platform.temporalAddress,
    TEMPORAL_NAMESPACE: namespace,
  });
}
