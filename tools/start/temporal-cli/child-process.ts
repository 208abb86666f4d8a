import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Environment } from '../../../platform/settings/settings.js';

export interface Ended {
  /** `null` if a signal ended it. */
  readonly exitCode: number | null;
  /** End of its standard output and standard error, trimmed. */
  readonly output: string;
}

export interface RunOptions {
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly cwd?: string;
  /** Keep standard input open while this process lives, so that the child notices its end. @default false */
  readonly holdStdin?: boolean;
}

/** Enough for the output of pip with `-vv`; limits the memory for a flood of output. */
const keptCharacters = 65_536;

/**
 * Runs a program in its own process group until it ends, with any exit code. When `signal` aborts, it kills the group and then
 * rejects with the signal's reason.
 * @throws the system's error (`ENOENT`, `EACCES`, …) if the program cannot be started
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  const { signal, cwd } = options;
  signal.throwIfAborted();
  // In its own group, to kill its own children too, such as the server that the SDK starts.
  const child = spawn(command, args, {
    env: { ...options.env },
    cwd,
    detached: true,
    stdio: [options.holdStdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-keptCharacters);
    });
  const kill = () => killGroup(child.pid);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const [exitCode] = (await once(child, 'close')) as [number | null];
    signal.throwIfAborted();
    return { exitCode, output: output.trim() };
  } finally {
    signal.removeEventListener('abort', kill);
  }
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It has ended by itself; macOS reports EPERM for zombies.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** How a program ended, for an error message: its exit code and its last line of output. */
export function howItEnded({ exitCode, output }: Ended): string {
  const how = exitCode === null ? 'was killed by a signal' : `exited with code ${exitCode}`;
  const lastLine = output.split('\n').at(-1)?.trim().slice(0, 300);
  return lastLine ? `${how}: ${lastLine}` : how;
}

/** Aborts the signal of `work` when `signal` aborts, or with `reason` after `ms` milliseconds. `work` must react to its signal. */
export async function withTimeLimit<T>(
  { ms, reason, signal }: { readonly ms: number; readonly reason: string; readonly signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(reason)), ms);
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}
