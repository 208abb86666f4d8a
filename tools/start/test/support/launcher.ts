import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../../../platform/settings/project.js';
import { until } from '../../../../platform/testing/support/until.js';
import { isRunning } from '../../../cli/processes.mjs';
import type { ProcessId, RunRecord } from '../../supervisor/protocol.js';
import { readRunRecord } from '../../supervisor/run-file.js';

const variables = ['API_PORT', 'POSTGRES_PORT', 'TEMPORAL_ADDRESS', 'TEMPORAL_UI_PORT', 'WORKER_HEALTH_PORT'];

/** A data folder for a test; `remove` removes it. */
export function makeFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'atlas-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A platform started as a user does, in its own process group, as in a terminal. */
export interface Launcher {
  readonly process: ChildProcess;
  /** Standard output and standard error so far. */
  output(): string;
  /** Resolves when the output contains this. Rejects if the platform ends without. */
  printed(text: string | RegExp, boundMs?: number): Promise<void>;
  /** The current run file. */
  record(): RunRecord;
  /** Resolves with the run file when it contains these services. */
  started(...services: string[]): Promise<RunRecord>;
  /** Sends a signal to the whole group, as Ctrl-C does; none after its end. */
  signalGroup(signal: NodeJS.Signals): void;
  /** Exit code and signal at the end. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface LauncherOptions {
  readonly dataFolder: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Start with `npm start` instead of node. */
  readonly npm?: boolean;
  /** Folder of the clone. @default - this clone */
  readonly clone?: string;
}

export function startLauncher({
  dataFolder,
  args = [],
  env = {},
  npm,
  clone = projectRoot,
}: LauncherOptions): Launcher {
  const command = npm ? ['npm', 'start', '--', ...args] : [process.execPath, 'tools/start/start.mjs', ...args];
  const inherited = Object.entries(process.env).filter(([name]) => !variables.includes(name));
  const child = spawn(command[0] ?? '', command.slice(1), {
    cwd: clone,
    detached: true,
    env: { ...Object.fromEntries(inherited), ATLAS_DATA_DIR: dataFolder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part) => (text += part));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  const record = () => {
    const found = readRunRecord(join(dataFolder, 'run.json'));
    if (!found) throw new Error(`no run file; output so far:\n${text}`);
    return found;
  };
  return {
    process: child,
    output: () => text,
    printed: (wanted, boundMs = 120_000) =>
      until(
        () => `${wanted} in:\n${text}`,
        () => {
          if (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)) return true;
          if (hasEnded) throw new Error(`ended without printing ${wanted}:\n${text}`);
          return false;
        },
        boundMs,
      ),
    record,
    async started(...services) {
      const names = () => readRunRecord(join(dataFolder, 'run.json'))?.children.map(({ service }) => service) ?? [];
      await until(
        () => `${services} in:\n${text}`,
        () => services.every((service) => names().includes(service)),
      );
      return record();
    },
    signalGroup(signal) {
      try {
        process.kill(-(child.pid ?? 0), signal);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    },
    ended,
  };
}

/** All processes of a run. */
export const processesOf = ({ launcher, supervisor, children }: RunRecord): ProcessId[] => [
  launcher,
  ...(supervisor ? [supervisor] : []),
  ...children,
];

/** Resolves when all of them have ended. */
export const allEnded = (processes: readonly ProcessId[], boundMs = 60_000): Promise<void> =>
  until(
    () => `the end of ${JSON.stringify(processes.filter(isRunning))}`,
    () => !processes.some(isRunning),
    boundMs,
  );
