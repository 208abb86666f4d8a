import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { BenchError } from '../bench-error.js';
import { until } from './until.js';

/** Times in milliseconds. */
const readyWithinMs = 60_000;
const endsWithinMs = 15_000;

/** A measured Node.js process. Ctrl-C in the terminal does not reach it; the caller must stop it. */
export class Program {
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;

  /**
   * @param logFile - receives standard output and standard error
   * @param args - arguments of `node`
   * @param env - the environment, besides PATH, HOME and NODE_ENV
   */
  constructor(
    private readonly name: string,
    private readonly logFile: string,
    args: readonly string[],
    options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
  ) {
    const log = openSync(logFile, 'a');
    const { PATH = '', HOME = '' } = process.env;
    const env = { PATH, HOME, NODE_ENV: 'production', ...options.env };
    const stdio = ['ignore' as const, log, log];
    this.child = spawn(process.execPath, args, { cwd: options.cwd, env, stdio, detached: true });
    closeSync(log);
    this.ended = once(this.child, 'exit').catch(() => undefined);
  }

  /** Waits until a GET returns 200. @throws {BenchError} `program-failed`: after a minute */
  untilReady(url: string, signal: AbortSignal): Promise<void> {
    const isReady = async () => {
      this.assertRunning();
      const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
      await answer?.arrayBuffer();
      return answer?.status === 200;
    };
    return until(isReady, readyWithinMs, () => this.failure(`is not ready at ${url}`), signal);
  }

  /** @throws {BenchError} `program-failed`: the process has exited */
  assertRunning(): void {
    const { exitCode, signalCode, pid } = this.child;
    if (exitCode !== null || signalCode !== null || pid === undefined)
      throw this.failure(`exited (${exitCode ?? signalCode})`);
  }

  /** Resident memory, in megabytes (10⁶ bytes). Linux only. */
  megabytes(): number {
    const [, kibibytes] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8')) ?? [];
    return (Number(kibibytes) * 1024) / 1e6;
  }

  /** Stops the process, by force after a timeout. Idempotent. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    const force = setTimeout(() => this.child.kill('SIGKILL'), endsWithinMs);
    await this.ended;
    clearTimeout(force);
  }

  private failure(how: string): BenchError {
    const log = readFileSync(this.logFile, 'utf8').slice(-2000);
    return new BenchError('program-failed', `${this.name} ${how}. End of its log:\n${log}`);
  }
}
