import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { MigrationSettings } from '../../../database/migrate.js';
import { projectRoot } from '../../../settings/project.js';
import { typescriptOptions } from '../../support/typescript-options.js';

/** A process that runs a source file of the project. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<{ exitCode: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }>;
}

/** Starts a source file of the project with these environment variables, PATH and HOME only. */
export function start(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [...typescriptOptions, file, ...args], {
    cwd: projectRoot,
    env: { ...inherited(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]).then(
    ([[exitCode, signal], stdout, stderr]) => ({ exitCode, signal, stdout, stderr }),
  );
  return { process: child, ended };
}

/** Runs `npm run migrate -- <args>` on the database of a test. */
export const migrate = (settings: MigrationSettings, ...args: string[]): Running =>
  start('tools/migrate/main.ts', args, asVariables(settings));

function asVariables(settings: MigrationSettings): Record<string, string> {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

/** NODE_V8_COVERAGE extends the coverage report to the processes that tests start. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'NODE_V8_COVERAGE'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
