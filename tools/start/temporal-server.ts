import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { answersOk, untilReady } from './readiness.js';
import { startOrder } from './start-order.js';
import type { Supervisor } from './supervisor/supervisor.js';
import { cliEnvironment, cliOptions } from './temporal-cli/version.js';

const readyBoundMs = 60_000;
const commandBoundMs = 10_000;

/**
 * Reads of new tasks per second and shard. With the default of 20, and the one shard of the development server, a task waits up to 50 ms
 * for the next read.
 */
const promptReads = 'history.transferProcessorMaxPollRPS=2000';

export interface TemporalServerOptions {
  readonly supervisor: Supervisor;
  readonly cli: string;
  readonly port: number;
  readonly uiPort: number;
  readonly namespace: string;
  readonly logFile: string;
  /** Dynamic configuration of the server, `key=JSON value` each. @default - Temporal's own, with prompt reads of new tasks */
  readonly dynamicConfig?: readonly string[];
  /** Folder of the database; `undefined` for a database in memory. */
  readonly folder: string | undefined;
}

/**
 * Starts Temporal's development server with its UI, and returns when the namespace is available.
 * @throws {ServiceDied | CommandFault}
 */
export async function startTemporalServer(options: TemporalServerOptions) {
  const { supervisor, port, uiPort, namespace, folder } = options;
  const child = await supervisor.spawn({
    service: 'temporal',
    startOrder: startOrder.temporal,
    command: options.cli,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
      ...['--namespace', namespace, '--log-format', 'json', '--log-level', 'warn', '--ui-disable-news-fetch'],
      ...[promptReads, ...(options.dynamicConfig ?? [])].flatMap((value) => ['--dynamic-config-value', value]),
      ...cliOptions,
      // A relative path: the server makes a URI of it, in which `#`, `?` and `%` of a whole path would have a meaning.
      ...(folder ? ['--db-filename', 'temporal.db'] : []),
    ],
    env: cliEnvironment(process.env),
    cwd: folder ?? '/',
    logFile: options.logFile,
    stop: { signal: 'SIGTERM', boundMs: 2_500 },
  });
  const uiUrl = `http://127.0.0.1:${uiPort}`;
  // The UI calls the frontend over gRPC: one response shows that both are ready and that the namespace exists.
  const namespaceUrl = `${uiUrl}/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  const isReady = async () => {
    await answersOk(namespaceUrl);
    return (JSON.parse(await answersOk(`${uiUrl}/api/v1/cluster-info`)) as { serverVersion: string }).serverVersion;
  };
  const version = await untilReady('Temporal', child, isReady, readyBoundMs);
  return { child, /** Of the server, not of the CLI. */ version, address: `127.0.0.1:${port}`, uiUrl };
}

/** Sets the retention of the namespace; the development server creates it with one day. Safe to repeat. */
export async function keepClosedWorkflows(
  { cli, port, namespace }: TemporalServerOptions,
  days: number,
): Promise<void> {
  const args = [
    ...['operator', 'namespace', 'update', '--namespace', namespace, '--address', `127.0.0.1:${port}`],
    ...['--retention', `${days}d`, ...cliOptions],
  ];
  await promisify(execFile)(cli, args, { env: cliEnvironment(process.env), timeout: commandBoundMs });
}
