import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { projectRoot } from '../../settings/project.js';
import { typescriptOptions } from './typescript-options.js';

export interface ServiceProcess {
  readonly child: ChildProcess;
  /** The output so far. */
  output(): string;
  /** Waits up to two minutes for output that matches. Returns the match. */
  written(pattern: RegExp): Promise<RegExpMatchArray>;
  /** The exit code, or the signal that ended the process. */
  readonly exit: Promise<number | NodeJS.Signals | null>;
}

const patienceMs = 120_000;

/**
 * Starts an entry point as a process, with these settings only. The end of the test kills the process.
 * @param entry - path below the project's root, such as `worker/main.ts`
 */
export function startServiceProcess(
  t: Pick<ExecutionContext, 'teardown'>,
  entry: string,
  env: Readonly<Record<string, string>>,
): ServiceProcess {
  const child = spawn(process.execPath, [...typescriptOptions, join(projectRoot, entry)], {
    env: {
      PATH: process.env['PATH'],
      ATLAS_ENV_FILE: '/dev/null',
      POSTGRES_PASSWORD: 'none',
      API_AUTHENTICATION: 'none',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
      for (const watcher of watchers) watcher();
    });
  }
  const exit = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  t.teardown(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  const written = (pattern: RegExp) =>
    new Promise<RegExpMatchArray>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not written: ${pattern}; there is ${output}`)), patienceMs);
      const look = () => {
        const match = output.match(pattern);
        if (!match) return;
        clearTimeout(timer);
        watchers.delete(look);
        resolve(match);
      };
      watchers.add(look);
      look();
    });
  return { child, output: () => output, written, exit };
}
