import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import getPort from 'get-port';

export interface ProgramProps {
  /** As it is called when something is wrong with it. */
  readonly name: string;
  /** What `node` is given. */
  readonly args: readonly string[];
  readonly cwd: string;
  /** Its whole environment, besides what every program needs. */
  readonly env: Readonly<Record<string, string>>;
  /** Gets what it says on both outputs. */
  readonly logFile: string;
}

/** A program that is measured did not come up, or ended by itself. */
class ProgramFailed extends Error {
  readonly code = 'program-failed';
  constructor({ name, logFile }: ProgramProps, how: string) {
    super(`${name} ${how}. The end of what it said:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
    this.name = 'ProgramFailed';
  }
}

/** Times in milliseconds. */
const readyWithinMs = 60_000;
const readyPollMs = 50;
const endsWithinMs = 15_000;

/** A Node.js process that is measured, out of reach of the terminal's Ctrl-C: whoever starts it stops it. */
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

  /** Waits until it answers a GET with 200. @throws {ProgramFailed} not within a minute */
  async untilReady(url: string, signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + readyWithinMs;
    while (!(await answers(url))) {
      signal.throwIfAborted();
      this.assertRunning();
      if (performance.now() > deadline) throw new ProgramFailed(this.props, `is not ready at ${url}`);
      await delay(readyPollMs);
    }
  }

  /** @throws {ProgramFailed} it has ended */
  assertRunning(): void {
    if (this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined)
      throw new ProgramFailed(this.props, `has ended by itself (${this.child.exitCode ?? this.child.signalCode})`);
  }

  /** Its resident memory, in megabytes (10⁶ bytes). Linux's. */
  megabytes(): number {
    const [, kibibytes] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8')) ?? [];
    return (Number(kibibytes) * 1024) / 1e6;
  }

  /** Ends it, by force when it takes too long. Safe to call again. */
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
