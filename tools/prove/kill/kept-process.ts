import { setTimeout as delay } from 'node:timers/promises';
import type { Child, ChildExit } from '../../start/supervisor/supervisor.js';

export interface KeptOptions {
  /** Name in the output. */
  readonly name: string;
  /** Starts the process; resolves when it runs or is ready. */
  readonly start: () => Promise<Child>;
  /** Called at every exit but the last. */
  readonly onEnd: (end: End) => void;
}

export interface End {
  readonly name: string;
  readonly pid: number;
  readonly exit: Pick<ChildExit, 'code' | 'signal'>;
  /** Whether `kill` caused it. */
  readonly asked: boolean;
}

/** A process that restarts at every exit, until `stop`. */
export interface Kept {
  readonly name: string;
  /** Kills the process (-9). @returns `false` if it is not running */
  kill(): boolean;
  /** Resolves when the process runs again, after any number of starts. */
  up(): Promise<void>;
  /** Stops restarting. */
  stop(): void;
  /** Rejects if restarts fail. */
  readonly failed: Promise<never>;
}

/** Maximum of consecutive failed starts: the children of a killed PostgreSQL take a moment to exit. */
const attempts = 20;
const pauseMs = 200;

/** Starts a process and keeps it running. @throws the error of its first start */
export async function keepUp({ name, start, onEnd }: KeptOptions): Promise<Kept> {
  let stopped = false;
  let asked = false;
  /** The running process; absent after a kill. */
  let child: Child | undefined;

  async function again(): Promise<Child> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await start();
      } catch (error) {
        if (stopped || attempt === attempts) throw error;
        await delay(pauseMs);
      }
    }
  }

  async function keep(first: Child): Promise<never> {
    for (let now = first; ; now = await again()) {
      child = now;
      asked = false;
      const exit = await now.exited;
      child = undefined;
      if (stopped) return new Promise(() => {});
      onEnd({ name, pid: now.pid, exit, asked });
    }
  }

  const failed = keep(await start());
  // Prevents an unhandled rejection.
  failed.catch(() => {});
  return {
    name,
    failed,
    kill() {
      if (!child || child.exit || !sendKill(child.pid)) return false;
      asked = true;
      child = undefined;
      return true;
    },
    async up() {
      while (!child) await Promise.race([delay(pauseMs), failed]);
    },
    stop() {
      stopped = true;
    },
  };
}

/** @returns `false` if the process has just exited */
function sendKill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
