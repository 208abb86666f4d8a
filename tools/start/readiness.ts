import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from './log-tail.js';
import type { Child, ChildExit } from './supervisor/supervisor.js';

const pollMs = 50;

/** A child ended that should not have. Its message names it and shows the end of its log. */
export class ServiceDied extends Error {
  readonly code = 'service-died';
  constructor(
    title: string,
    readonly exit: ChildExit,
    readonly logFile: string,
  ) {
    const how = exit.signal ? `was killed by ${exit.signal}` : `ended with code ${exit.code}`;
    super(`${title} ${how}.${logEnd(logFile)}`);
    this.name = 'ServiceDied';
  }
}

/** A child runs, but did not become ready in time. Shows the end of its log too. */
class ServiceNotReady extends Error {
  readonly code = 'service-not-ready';
  constructor(title: string, boundMs: number, logFile: string, cause: unknown) {
    const last = cause instanceof Error ? `: ${describe(cause)}` : '';
    super(`${title} did not become ready within ${boundMs / 1000} s${last}.${logEnd(logFile)}`, { cause });
    this.name = 'ServiceNotReady';
  }
}

/**
 * Asks a child again and again until it is ready.
 * @param isReady resolves when it is; a rejection means not yet, unless it is one that `isFinal` knows
 * @param boundMs longest wait, in milliseconds
 * @throws {ServiceDied | ServiceNotReady}
 */
export async function untilReady<T>(
  title: string,
  child: Child,
  isReady: () => Promise<T>,
  boundMs: number,
  isFinal: (error: unknown) => boolean = () => false,
): Promise<T> {
  const deadline = performance.now() + boundMs;
  for (;;) {
    const answer = await isReady().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    // Asked after the answer: another program may answer on the port that this child did not get.
    if (child.exit) throw new ServiceDied(title, child.exit, child.spec.logFile);
    if ('value' in answer) return answer.value;
    if (isFinal(answer.error)) throw answer.error;
    if (performance.now() > deadline) throw new ServiceNotReady(title, boundMs, child.spec.logFile, answer.error);
    await sleep(pollMs);
  }
}

/** Resolves with the body when the URL answers 200. For `untilReady`. */
export async function answersOk(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  const body = await response.text();
  if (response.status !== 200) throw new Error(`${url} answers ${response.status} ${body.slice(0, 300)}`);
  return body;
}

/** Node's fetch hides what happened in the cause. */
function describe(error: Error): string {
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

/** The end of a log, for the end of an error's message. */
export function logEnd(logFile: string): string {
  const lines = lastLines(logFile);
  if (lines.length === 0) return ` Its log ${logFile} is empty.`;
  return ` The end of its log ${logFile}:\n${lines.map((line) => `  | ${line}`).join('\n')}`;
}
