import { fileURLToPath } from 'node:url';
import { BenchError } from '../../bench-error.js';
import { runCommand } from '../../run-command.js';
import type { LoopOptions, LoopResult } from './closed-loop.js';
import type { HttpRequest } from './http-connection.js';

/** Sends requests to a server in turn. */
export interface HttpJob extends LoopOptions {
  readonly host: string;
  readonly port: number;
  readonly requests: readonly HttpRequest[];
}

/** Executes workflows with Temporal's client. */
export interface ClientJob extends LoopOptions {
  readonly address: string;
  readonly namespace: string;
  readonly workflow: string;
  readonly taskQueue: string;
  readonly input: unknown;
}

/**
 * Runs a load in its own process, so that it shares no event loop with measured programs.
 * @throws {BenchError} `load-failed`: an answer was missing or not as expected
 * @throws the reason of `signal`
 */
export async function runLoad(job: HttpJob | ClientJob, signal: AbortSignal): Promise<LoopResult> {
  const program = fileURLToPath(new URL('load.ts', import.meta.url));
  try {
    const { stdout } = await runCommand('node', ['--import', 'tsx', program, JSON.stringify(job)], { signal });
    return JSON.parse(stdout);
  } catch (error) {
    signal.throwIfAborted();
    const { message } = error as Error;
    // Skip the first line: the command line contains the whole job.
    throw new BenchError('load-failed', message.slice(message.indexOf('\n') + 1).trim(), { cause: error });
  }
}
