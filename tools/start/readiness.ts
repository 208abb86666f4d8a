import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { sourceOf } from '../../platform/settings/project.js';
import { lastLines } from './log-tail.js';
import type { Child, ChildExit } from './supervisor/supervisor.js';

const pollMs = 50;

/** A child process exited unexpectedly. The message shows the end of its log. @param logFrom - where its part of the log begins */
export class ServiceDied extends Error {
  readonly code = 'service-died';
  constructor(
    title: string,
    readonly exit: ChildExit,
    readonly logFile: string,
    logFrom?: number,
  ) {
    const how = exit.signal ? `was killed by ${exit.signal}` : `exited with code ${exit.code}`;
    super(`${title} ${how}.${logEnd(logFile, logFrom)}`);
    this.name = 'ServiceDied';
  }
}

/**
 * Waits until a child process is ready.
 * @param isReady - resolves when the child is ready; a rejection means not yet, unless `isFinal` accepts the error
 * @param boundMs - longest wait, in milliseconds
 * @throws {ServiceDied} it exited
 * @throws {CommandFault} it did not become ready in time; the message shows the end of its log
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
    // Checked after the response, which may come from another program that has the child's port.
    if (child.exit) throw new ServiceDied(title, child.exit, child.spec.logFile, child.logFrom);
    if ('value' in answer) return answer.value;
    if (isFinal(answer.error)) throw answer.error;
    if (performance.now() > deadline) {
      const last = answer.error instanceof Error ? `: ${describe(answer.error)}` : '';
      throw new CommandFault(
        `${title} did not become ready within ${boundMs / 1000} s${last}.${logEnd(child.spec.logFile, child.logFrom)}`,
        { code: 'service-not-ready', cause: answer.error },
      );
    }
    await sleep(pollMs);
  }
}

/** Resolves with the body if the URL responds with 200. For `untilReady`. */
export async function answersOk(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  const body = await response.text();
  if (response.status !== 200) throw new Error(`${url} responds with ${response.status} ${body.slice(0, 300)}`);
  return body;
}

/** The error of Node's fetch has the reason in its cause. */
function describe(error: Error): string {
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

/** A line of a stack that shows code of Node.js or of a package. */
const isForeignFrame = (line: string): boolean => /^\s+at .*(node:|[\\/]node_modules[\\/])/.test(line);

/** Names the sources instead of what they were compiled to: Node.js reports an import that fails without source maps. */
const withSources = (line: string): string => line.replaceAll(/\/(?!\/)[^\s:'"()]+/g, sourceOf);

/** The end of a log, to append to an error message. @param from - the byte at which it begins @default 0 */
export function logEnd(logFile: string, from?: number): string {
  const lines = lastLines(logFile, from)
    .filter((line) => !isForeignFrame(line))
    .map(withSources);
  if (lines.length === 0) return ` Its log ${logFile} is empty.`;
  return ` The end of its log ${logFile}:\n${lines.map((line) => `  | ${line}`).join('\n')}`;
}
