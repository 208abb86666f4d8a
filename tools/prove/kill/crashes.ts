import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Plan, type Point, pointNames } from './points.js';

/** The points in a process under test. */
export interface Crashes {
  /** Ends this process as kill -9 does, if the run with this number is planned for the point and has not reached it before. */
  killAt(point: Point, number: number): void;
  /** Whether to delay this call: one at a time, until one has continued. */
  isDelayedAt(point: Point, number: number): boolean;
  /** Records that a delayed call continues. */
  continues(point: Point, number: number): void;
}

/**
 * @param folder - records the reached points, so that a restarted process does not reach them again
 */
export function createCrashes(plan: Plan, folder: string): Crashes {
  const fileOf = (point: Point, number: number) => join(folder, `${point}.${number}`);
  return {
    killAt(point, number) {
      if (plan[number] === point && note(fileOf(point, number))) process.kill(process.pid, 'SIGKILL');
    },
    isDelayedAt(point, number) {
      if (plan[number] !== point) return false;
      const file = fileOf(point, number);
      if (note(file)) return true;
      // If a process is killed during the delay, the next call can be delayed.
      if (existsSync(overOf(file)) || isRunning(holderOf(file))) return false;
      rmSync(file, { force: true });
      return note(file);
    },
    continues: (point, number) => void note(overOf(fileOf(point, number))),
  };
}

/** A reached point. */
export interface Met {
  readonly point: Point;
  readonly number: number;
  /** Process that reached it. */
  readonly pid: number;
  /** Whether the delayed run continued. */
  readonly over: boolean;
}

/** The reached points. */
export function metPoints(folder: string): Met[] {
  return readdirSync(folder).flatMap((name) => {
    const [point, number, over] = name.split('.');
    if (over !== undefined || !isPoint(point)) return [];
    const file = join(folder, name);
    return [{ point, number: Number(number), pid: holderOf(file), over: existsSync(overOf(file)) }];
  });
}

const isPoint = (name: string | undefined): name is Point => pointNames.some((point) => point === name);

const overOf = (file: string): string => `${file}.over`;

const holderOf = (file: string): number => Number(readFileSync(file, 'utf8'));

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Written synchronously and by one process only, because the process may be killed next. */
function note(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
