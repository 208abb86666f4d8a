import { setTimeout as delay } from 'node:timers/promises';
import type { Child, ChildExit } from '../../start/supervisor/supervisor.js';

export interface KeptOptions {
  /** As it is called in what the test prints. */
  readonly name: string;
  /** Starts it; resolves when it runs, or already serves. */
  readonly start: () => Promise<Child>;
  /** Told of every end but the last. */
  readonly onEnd: (end: End) => void;
}

export interface End {
  readonly name: string;
  readonly pid: number;
  readonly exit: Pick<ChildExit, 'code' | 'signal'>;
  /** Whether `kill` did it. */
  readonly asked: boolean;
}

/** A process that is started again whenever it ends, until `stop`. */
export interface Kept {
  readonly name: string;
  /** Ends it as kill -9 does. @returns `false` when it is not there just now */
  kill(): boolean;
  /** Resolves when it runs again, however often it has to be started for that. */
  up(): Promise<void>;
  /** The next end is the last. */
  stop(): void;
  /** Rejects when it cannot be kept up. */
  readonly failed: Promise<never>;
}

/** Starts that may fail one after another: the children of a killed PostgreSQL take a moment to notice. */
const attempts = 20;
const pauseMs = 200;

/** Starts a process and keeps it up. @throws what its first start throws */
export async function keepUp({ name, start, onEnd }: KeptOptions): Promise<Kept> {
  let stopped = false;
  let asked = false;
  /** What runs, unless it was just killed. */
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
  // An end that nobody waits for is no fault.
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

/** @returns `false` when it has just ended by itself */
function sendKill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
