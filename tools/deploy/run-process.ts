import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { CommandFault } from '../../platform/errors/command-fault.js';

export interface RunOptions {
  /** @default - the environment of this process */
  readonly env?: NodeJS.ProcessEnv;
  /** Standard input. @default - empty */
  readonly input?: string | Readable;
  /** Receives standard output; the result's `stdout` is then empty. */
  readonly output?: Writable;
  /** Called with each line of standard output; the result's `stdout` is then empty. */
  readonly onLine?: (line: string) => void;
  /** The same for standard error. */
  readonly onErrorLine?: (line: string) => void;
  /** Each abort sends one SIGINT. */
  readonly interrupts?: readonly AbortSignal[];
}

const tools = {
  docker: 'install Docker Engine or Docker Desktop',
  terraform: 'install Terraform 1.7 or newer',
} as const;

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end, with any exit code; a signal counts as 130. It has its own process group, so it receives Ctrl-C only from
 * here, once.
 * @throws {Error} with `code` ENOENT: the program is not installed
 */
export async function runProcess(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const child = spawn(command, args, { env: options.env ?? process.env, stdio: 'pipe', detached: true });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 130));
  });
  const interrupt = () => void child.kill('SIGINT');
  for (const signal of options.interrupts ?? []) {
    if (signal.aborted) interrupt();
    else signal.addEventListener('abort', interrupt, { once: true });
  }
  try {
    const [code, stdout, stderr] = await Promise.all([
      ended,
      options.output ? pipeline(child.stdout, options.output).then(() => '') : read(child.stdout, options.onLine),
      read(child.stderr, options.onErrorLine),
      give(child.stdin, options.input),
    ]);
    return { code, stdout, stderr };
  } finally {
    for (const signal of options.interrupts ?? []) signal.removeEventListener('abort', interrupt);
  }
}

async function read(stream: Readable, onLine?: (line: string) => void): Promise<string> {
  if (!onLine) return text(stream);
  for await (const line of createInterface({ input: stream })) onLine(line);
  return '';
}

async function give(stdin: Writable, input: string | Readable | undefined): Promise<void> {
  // A program may exit before it has read everything; its exit code says why.
  const ignoreClosed = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  };
  stdin.on('error', () => undefined);
  if (input === undefined || typeof input === 'string') stdin.end(input);
  else await pipeline(input, stdin).catch(ignoreClosed);
}

/** Like `runProcess`. @throws {CommandFault} the tool is not installed */
export async function runTool(tool: keyof typeof tools, args: readonly string[], options?: RunOptions): Promise<Ended> {
  try {
    return await runProcess(tool, args, options);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' || !syscall?.startsWith('spawn')) throw error;
    throw new CommandFault(`${tool} is not installed or not on the PATH: ${tools[tool]}`);
  }
}
