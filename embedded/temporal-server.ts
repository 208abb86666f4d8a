import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ranks } from './ranks.js';
import { answersOk, untilReady } from './readiness.js';
import type { Child, Supervisor } from './supervisor/supervisor.js';

const readyBoundMs = 60_000;
const commandBoundMs = 10_000;

export interface TemporalServerOptions {
  readonly supervisor: Supervisor;
  /** Path of the Temporal CLI. */
  readonly cli: string;
  readonly port: number;
  readonly uiPort: number;
  readonly namespace: string;
  readonly logFile: string;
  /** Dynamic configuration of the server, `key=JSON value` each. @default - Temporal's own */
  readonly dynamicConfig?: readonly string[];
  /** Folder of the database; `undefined` keeps everything in memory. */
  readonly folder: string | undefined;
}

export interface TemporalServer {
  readonly child: Child;
  readonly address: string;
  readonly uiUrl: string;
}

/**
 * Starts Temporal's development server with its UI, and returns when the namespace can be used.
 * @throws {ServiceDied | ServiceNotReady}
 */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  const { supervisor, port, uiPort, namespace, folder } = options;
  const child = await supervisor.spawn({
    service: 'temporal',
    rank: ranks.temporal,
    command: options.cli,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
      ...['--namespace', namespace, '--log-format', 'json', '--log-level', 'warn', '--ui-disable-news-fetch'],
      ...(options.dynamicConfig ?? []).flatMap((value) => ['--dynamic-config-value', value]),
      ...(folder ? ['--db-filename', join(folder, 'temporal.db')] : []),
    ],
    env: commandEnvironment(),
    cwd: '/',
    logFile: options.logFile,
    stop: { signal: 'SIGTERM', boundMs: 2_500 },
  });
  const uiUrl = `http://127.0.0.1:${uiPort}`;
  // The UI's own API asks the frontend over gRPC, so one answer shows that both serve and that the namespace is there.
  const namespaceUrl = `${uiUrl}/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  await untilReady('Temporal', child, () => answersOk(namespaceUrl), readyBoundMs);
  return { child, address: `127.0.0.1:${port}`, uiUrl };
}

/** Sets the retention of the namespace, which the development server makes with one day. May be run again at any time. */
export async function keepClosedWorkflows(
  { cli, port, namespace }: TemporalServerOptions,
  days: number,
): Promise<void> {
  await promisify(execFile)(
    cli,
    [
      ...['operator', 'namespace', 'update', '--namespace', namespace, '--address', `127.0.0.1:${port}`],
      ...['--retention', `${days}d`],
    ],
    { env: commandEnvironment(), timeout: commandBoundMs },
  );
}

/** Without TEMPORAL_* variables, which the CLI would read as options of its own. */
function commandEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('TEMPORAL_'),
    ),
  );
}
