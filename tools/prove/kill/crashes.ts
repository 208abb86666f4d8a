import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Plan, type Point, pointNames } from './points.js';

/** The named points as a process under test meets them. */
export interface Crashes {
  /** Ends this process as kill -9 does, if the run with this number is planned for the point and did not meet it before. */
  killAt(point: Point, number: number): void;
  /** Whether this call is to be held up, as is one at a time, and none any more when one has gone on. */
  isHeldAt(point: Point, number: number): boolean;
  /** What was held up has come to its end, and goes on. */
  goesOn(point: Point, number: number): void;
}

/**
 * @param folder - where it is noted which points were met, so that a process that was started again does not meet them again
 */
export function createCrashes(plan: Plan, folder: string): Crashes {
  const fileOf = (point: Point, number: number) => join(folder, `${point}.${number}`);
  return {
    killAt(point, number) {
      if (plan[number] === point && note(fileOf(point, number))) process.kill(process.pid, 'SIGKILL');
    },
    isHeldAt(point, number) {
      if (plan[number] !== point) return false;
      const file = fileOf(point, number);
      if (note(file)) return true;
      // A process that was killed while it was held up leaves the place to the next one.
      if (existsSync(overOf(file)) || isRunning(holderOf(file))) return false;
      rmSync(file, { force: true });
      return note(file);
    },
    goesOn: (point, number) => void note(overOf(fileOf(point, number))),
  };
}

/** A point that was met. */
export interface Met {
  readonly point: Point;
  readonly number: number;
  /** Process that met it. */
  readonly pid: number;
  /** Whether the run went on, where it was held up. */
  readonly over: boolean;
}

/** The points that were met so far. */
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

/** Written at once, and by one process only: the next thing that happens may be its end. */
function note(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
