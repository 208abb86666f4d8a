import { spawn } from 'node:child_process';
import type { Environment } from '../../../platform/settings/settings.js';

export interface Ended {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  /** The last of what it wrote on standard output and standard error, trimmed. */
  readonly output: string;
}

export interface RunOptions {
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly cwd?: string;
  /** Keeps standard input open for as long as this process lives, so that the child can notice its death. @default false */
  readonly holdStdin?: boolean;
}

/** Enough for what pip says with `-vv`; a program that floods its output does not fill the memory. */
const keptCharacters = 65_536;

/**
 * Runs a program in a process group of its own and waits until it has ended, whatever its exit code.
 * When `signal` aborts, the whole group is killed, and the promise rejects with the signal's reason once they are gone.
 * @throws the system's error (`ENOENT`, `EACCES`, …) when it cannot be started
 */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // Of its own group: what it starts itself (the SDK a server, for one) is ended with it.
    const child = spawn(command, args, {
      env: { ...options.env },
      cwd: options.cwd,
      detached: true,
      stdio: [options.holdStdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (text: string) => {
      output = (output + text).slice(-keptCharacters);
    };
    child.stdout?.setEncoding('utf8').on('data', keep);
    child.stderr?.setEncoding('utf8').on('data', keep);

    const kill = () => killGroup(child.pid);
    signal.addEventListener('abort', kill, { once: true });
    child.once('error', (error) => {
      signal.removeEventListener('abort', kill);
      reject(error);
    });
    child.once('close', (exitCode) => {
      signal.removeEventListener('abort', kill);
      if (signal.aborted) reject(signal.reason);
      else resolve({ exitCode, output: output.trim() });
    });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It has ended on its own meanwhile; macOS says EPERM when what is left of it only waits to be reaped.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
