import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import getPort from 'get-port';

export interface ProgramProps {
  /** Name in error messages. */
  readonly name: string;
  /** Arguments of `node`. */
  readonly args: readonly string[];
  readonly cwd: string;
  /** The environment, besides PATH, HOME and NODE_ENV. */
  readonly env: Readonly<Record<string, string>>;
  /** File for standard output and standard error. */
  readonly logFile: string;
}

/** A measured program did not start, or exited. */
class ProgramFailed extends Error {
  readonly code = 'program-failed';
  constructor({ name, logFile }: ProgramProps, how: string) {
    super(`${name} ${how}. End of its log:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
    this.name = 'ProgramFailed';
  }
}

/** Times in milliseconds. */
const readyWithinMs = 60_000;
const readyPollMs = 50;
const endsWithinMs = 15_000;

/** A measured Node.js process. Ctrl-C in the terminal does not reach it; the caller must stop it. */
export class Program {
  private readonly ended: Promise<void>;

  private constructor(
    private readonly props: ProgramProps,
    private readonly child: ChildProcess,
  ) {
    this.ended = new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
  }

  static start(props: ProgramProps): Program {
    const log = openSync(props.logFile, 'a');
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, props.args, {
      cwd: props.cwd,
      env: { PATH, HOME, NODE_ENV: 'production', ...props.env },
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    return new Program(props, child);
  }

  /** Waits until a GET returns 200. @throws {ProgramFailed} after a minute */
  async untilReady(url: string, signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + readyWithinMs;
    while (!(await answers(url))) {
      signal.throwIfAborted();
      this.assertRunning();
      if (performance.now() > deadline) throw new ProgramFailed(this.props, `is not ready at ${url}`);
      await delay(readyPollMs);
    }
  }

  /** @throws {ProgramFailed} the process has exited */
  assertRunning(): void {
    if (this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined)
      throw new ProgramFailed(this.props, `exited (${this.child.exitCode ?? this.child.signalCode})`);
  }

  /** Resident memory, in megabytes (10⁶ bytes). Linux only. */
  megabytes(): number {
    const [, kibibytes] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8')) ?? [];
    return (Number(kibibytes) * 1024) / 1e6;
  }

  /** Stops the process, by force after a timeout. Idempotent. */
  stop = async (): Promise<void> => {
    this.child.kill('SIGTERM');
    const force = setTimeout(() => this.child.kill('SIGKILL'), endsWithinMs);
    await this.ended;
    clearTimeout(force);
  };
}

const answers = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status === 200;
    },
    () => false,
  );

/** A free port of the loopback interface. */
export const freePort = (): Promise<number> => getPort({ host: '127.0.0.1' });
