import { fileURLToPath } from 'node:url';
import { runCommand } from '../../deploy/run-command.js';
import type { LoopOptions, LoopResult } from './closed-loop.js';
import type { HttpRequest } from './http-request.js';

/** Requests to a server, one after another in turn. */
export interface HttpJob extends LoopOptions {
  readonly host: string;
  readonly port: number;
  readonly requests: readonly HttpRequest[];
  /** Whether each request brings a fresh `Idempotency-Key`. */
  readonly withKeys: boolean;
  /** Status of every answer; another one ends the load. */
  readonly expected: number;
}

/** Workflows executed by Temporal's client, with nothing around it. */
export interface ClientJob extends LoopOptions {
  readonly address: string;
  readonly namespace: string;
  readonly workflow: string;
  readonly taskQueue: string;
  readonly input: unknown;
}

/** A load did not come to its end; the message is what its process said. */
class LoadFailed extends Error {
  readonly code = 'load-failed';
  constructor(cause: Error) {
    // After the command, which holds the whole job.
    super(cause.message.slice(cause.message.indexOf('\n') + 1).trim(), { cause });
    this.name = 'LoadFailed';
  }
}

/**
 * Runs a load in a process of its own, so that it shares no event loop with anything that is measured.
 * @throws {LoadFailed} an answer was not the expected one, or none came
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

/** The whole of a load's process: writes what was measured on standard output, as JSON, or why it was not on the other one. */
export async function tell(result: Promise<LoopResult>): Promise<never> {
  try {
    process.stdout.write(JSON.stringify(await result));
  } catch (error) {
    process.stderr.write(String(error));
    process.exitCode = 1;
  }
  // Connections are still open.
  process.exit();
}

export const runHttpLoad = (job: HttpJob, signal: AbortSignal) => runJob('http-load.ts', job, signal);
export const runClientLoad = (job: ClientJob, signal: AbortSignal) => runJob('client-load.ts', job, signal);
