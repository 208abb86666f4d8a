import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { BenchError } from './bench-error.js';

interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Stops the command. The caller cleans up. */
  readonly signal?: AbortSignal;
  /** Longest duration in milliseconds. @default 300000 */
  readonly longestMs?: number;
}

/** Time between two attempts to stop a command, in milliseconds: Terraform stops gracefully at the first, immediately at the second. */
const patienceMs = 10_000;

/**
 * Runs a program and measures its duration. Its own process group shields it from Ctrl-C in the terminal; use `signal` to stop it.
 * @throws {BenchError} `command-failed`: it exited with another code than 0, or took longer than `longestMs`
 * @throws the reason of `signal`
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env, signal, longestMs = 300_000 }: CommandOptions = {},
): Promise<{ seconds: number; stdout: string }> {
  signal?.throwIfAborted();
  const began = performance.now();
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let [stdout, output] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const stop = AbortSignal.any([AbortSignal.timeout(longestMs), ...(signal ? [signal] : [])]);
  const attempts: NodeJS.Timeout[] = [];
  stop.onabort = () => {
    for (const [index, name] of (['SIGINT', 'SIGINT', 'SIGKILL'] as const).entries())
      attempts.push(setTimeout(() => killGroup(child.pid, name), index * patienceMs));
  };
  try {
    const [code] = await once(child, 'close');
    const seconds = (performance.now() - began) / 1000;
    signal?.throwIfAborted();
    if (code === 0) return { seconds, stdout };
    const how = stop.aborted ? `took longer than ${longestMs / 1000} s` : `exited with code ${code ?? 1}`;
    throw new BenchError('command-failed', `${[command, ...args].join(' ')} ${how}:\n${output}`);
  } finally {
    stop.onabort = null;
    for (const attempt of attempts) clearTimeout(attempt);
  }
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // The group has just exited.
  }
}
