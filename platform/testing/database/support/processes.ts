import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { MigrationSettings } from '../../../database/migrate.js';
import { projectRoot } from '../../../settings/project.js';

/** A process of ours, from source. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<{ exitCode: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }>;
}

/** Starts a file of the project with exactly these variables besides PATH and HOME. */
export function start(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    cwd: projectRoot,
    env: { ...inherited(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]).then(
    ([[exitCode, signal], stdout, stderr]) => ({ exitCode, signal, stdout, stderr }),
  );
  return { process: child, ended };
}

/** `npm run migrate -- <args>` on a test's database. */
export const migrate = (settings: MigrationSettings, ...args: string[]): Running =>
  start('tools/migrate/main.ts', args, asVariables(settings));

function asVariables(settings: MigrationSettings): Record<string, string> {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

/** NODE_V8_COVERAGE is how the measuring of coverage reaches the processes that tests start. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'NODE_V8_COVERAGE'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
