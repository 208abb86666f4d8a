import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Stops the command. The caller cleans up. */
  readonly signal?: AbortSignal;
}

export interface Ended {
  readonly seconds: number;
  readonly stdout: string;
}

/** A command failed. */
class CommandFailed extends Error {
  readonly code = 'command-failed';
  constructor(command: string, how: string, output: string) {
    super(`${command} ${how}:\n${output}`);
    this.name = 'CommandFailed';
  }
}

/** Timeout of every command, in milliseconds. */
const longestMs = 300_000;
/** Time between two attempts to stop a command, in milliseconds: Terraform stops gracefully at the first, immediately at the second. */
const patienceMs = 10_000;

/**
 * Runs a program and measures its duration. Its own process group shields it from Ctrl-C in the terminal; use `signal` to stop it.
 * @throws {CommandFailed} it exited with another code than 0, or took longer than five minutes
 * @throws the reason of `signal`
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Ended> {
  const { cwd, env = process.env, signal } = options;
  signal?.throwIfAborted();
  const shown = [command, ...args].join(' ');
  const began = performance.now();
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let [stdout, output] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const stop = AbortSignal.any([AbortSignal.timeout(longestMs), ...(signal ? [signal] : [])]);
  const disarm = onAbort(stop, () => stopGroup(child.pid));
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode) => resolve(exitCode ?? 1));
    });
    const seconds = (performance.now() - began) / 1000;
    signal?.throwIfAborted();
    if (stop.aborted) throw new CommandFailed(shown, `took longer than ${longestMs / 1000} s`, output);
    if (code !== 0) throw new CommandFailed(shown, `exited with code ${code}`, output);
    return { seconds, stdout };
  } finally {
    disarm();
  }
}

/** @returns a function that removes the listener and ends the abort in progress */
function onAbort(signal: AbortSignal, begin: () => () => void): () => void {
  let end: () => void = () => undefined;
  const listener = () => {
    end = begin();
  };
  signal.addEventListener('abort', listener, { once: true });
  return () => {
    signal.removeEventListener('abort', listener);
    end();
  };
}

function stopGroup(group: number | undefined): () => void {
  if (group === undefined) return () => undefined;
  const left: NodeJS.Signals[] = ['SIGINT', 'SIGINT', 'SIGKILL'];
  const next = () => {
    const signal = left.shift();
    try {
      if (signal) process.kill(-group, signal);
    } catch (error) {
      // The group has just exited.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  next();
  const timer = setInterval(next, patienceMs);
  return () => clearInterval(timer);
}
