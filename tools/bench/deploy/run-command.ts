import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Stops the command: what it has begun is undone by whoever cleans up. */
  readonly signal?: AbortSignal;
}

export interface Ended {
  readonly seconds: number;
  readonly stdout: string;
}

/** A command that did not do what it was asked for. */
class CommandFailed extends Error {
  readonly code = 'command-failed';
  constructor(command: string, how: string, output: string) {
    super(`${command} ${how}:\n${output}`);
    this.name = 'CommandFailed';
  }
}

/** Longest time that any command may take, in milliseconds. */
const longestMs = 300_000;
/** Time between two attempts to stop a command, in milliseconds: Terraform ends by itself at the first and at once at the second. */
const patienceMs = 10_000;

/**
 * Runs a program to its end and times it, in a process group of its own: the terminal's Ctrl-C does not reach it, `signal` does.
 * @throws {CommandFailed} it ended with another code than 0, or took longer than five minutes
 * @throws what `signal` was aborted with
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
    if (code !== 0) throw new CommandFailed(shown, `ended with code ${code}`, output);
    return { seconds, stdout };
  } finally {
    disarm();
  }
}

/** @returns what calls it off, and ends what was begun */
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
      // It has just ended.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  next();
  const timer = setInterval(next, patienceMs);
  return () => clearInterval(timer);
}
