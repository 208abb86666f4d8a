import { fileURLToPath } from 'node:url';
import { runCommand } from '../../run-command.js';
import type { LoopOptions, LoopResult } from './closed-loop.js';
import type { HttpRequest } from './http-request.js';

/** Sends requests to a server in turn. */
export interface HttpJob extends LoopOptions {
  readonly host: string;
  readonly port: number;
  readonly requests: readonly HttpRequest[];
  /** Whether each request has a new `Idempotency-Key`. */
  readonly withKeys: boolean;
  /** Expected status; another one ends the load. */
  readonly expected: number;
}

/** Executes workflows with Temporal's client. */
export interface ClientJob extends LoopOptions {
  readonly address: string;
  readonly namespace: string;
  readonly workflow: string;
  readonly taskQueue: string;
  readonly input: unknown;
}

/** A load failed; the message is the output of its process. */
class LoadFailed extends Error {
  readonly code = 'load-failed';
  constructor(cause: Error) {
    // Skip the first line: the command line contains the whole job.
    super(cause.message.slice(cause.message.indexOf('\n') + 1).trim(), { cause });
    this.name = 'LoadFailed';
  }
}

/**
 * Runs a load in its own process, so that it shares no event loop with measured programs.
 * @throws {LoadFailed} an answer was missing or not as expected
 * @throws the reason of `signal`
 */
async function runJob(program: string, job: LoopOptions, signal: AbortSignal): Promise<LoopResult> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  try {
    const { stdout } = await runCommand('node', ['--import', 'tsx', path, JSON.stringify(job)], { signal });
    return JSON.parse(stdout);
  } catch (error) {
    signal.throwIfAborted();
    throw new LoadFailed(error as Error);
  }
}

/** Ends a load's process: writes the result to standard output as JSON, or an error to standard error. */
export async function writeResult(result: Promise<LoopResult>): Promise<never> {
  try {
    process.stdout.write(JSON.stringify(await result));
  } catch (error) {
    process.stderr.write(String(error));
    process.exitCode = 1;
  }
  // Open connections would keep the process alive.
  process.exit();
}

export const runHttpLoad = (job: HttpJob, signal: AbortSignal) => runJob('http-load.ts', job, signal);
export const runClientLoad = (job: ClientJob, signal: AbortSignal) => runJob('client-load.ts', job, signal);
