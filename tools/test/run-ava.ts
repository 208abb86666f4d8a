import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../../platform/settings/project.js';
import { exitCodes, listenForStop } from '../cli/stop-requests.js';
import { collectFailures } from './failures.js';

export type Command = readonly [command: string, ...args: string[]];

const node = (...args: string[]): Command => [process.execPath, ...args];
/** A program of an installed package. */
export const tool = (path: string, ...args: string[]): Command =>
  node(join(projectRoot, 'node_modules', path), ...args);

/**
 * Runs ava. Repeats the titles of failed tests and hooks at the end, each with its reason. The last line has the numbers of passed and
 * failed tests.
 * @returns the exit code
 */
export async function runAva(args: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<number> {
  const counts = { pass: 0, fail: 0 };
  const failures = collectFailures();
  const code = await run(tool('ava/entrypoints/cli.mjs', '--tap', ...args), env, signal, (line) => {
    const count = /^# (pass|fail) (\d+)$/.exec(line);
    if (count) counts[count[1] as keyof typeof counts] = Number(count[2]);
    failures.read(line);
  });
  if (failures.found.length > 0)
    process.stdout.write(`Failed:\n${failures.found.map((line) => `  ${line}\n`).join('')}`);
  // ava does not count hooks.
  process.stdout.write(`${counts.pass} passed, ${Math.max(counts.fail, failures.found.length)} failed\n`);
  return code;
}

/**
 * Aborts on Ctrl-C, SIGTERM, SIGHUP and a closed output, instead of ending this process, which later exits with the signal's code, or
 * with 0 if it finished its work nevertheless.
 */
export function interruption(): AbortSignal {
  const interrupted = new AbortController();
  void listenForStop().first.then((name) => {
    process.once('exit', (code) => {
      if (code !== 0) process.exitCode = exitCodes[name];
    });
    interrupted.abort();
  });
  // Node.js hears of a signal during synchronous work only in the next turn of its loop.
  process.once('beforeExit', () => setImmediate(() => {}));
  return interrupted.signal;
}

/** @returns the exit code; 1 if a signal ended the program */
export async function run(
  [command, ...args]: Command,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  onLine?: (line: string) => void,
): Promise<number> {
  if (signal.aborted) return 1;
  const child = spawn(command, args, {
    cwd: projectRoot,
    env,
    stdio: ['ignore', onLine ? 'pipe' : 'inherit', 'inherit'],
  });
  const end = () => child.kill('SIGINT');
  signal.addEventListener('abort', end, { once: true });
  if (onLine && child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      process.stdout.write(`${line}\n`);
      onLine(line);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
