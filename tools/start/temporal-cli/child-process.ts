import { spawn } from 'node:child_process';
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
export function run(command: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // In its own group, to kill its own children too, such as the server that the SDK starts.
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
    // It has ended by itself; macOS reports EPERM for zombies.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
