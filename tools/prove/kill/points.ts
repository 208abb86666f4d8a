import type { Random } from './random.js';

/** Provoked failures, each for a few runs. */
export const points = {
  'after-commit': 'the API is killed between the commit and its answer',
  'before-start': 'the API is killed between the commit and the start',
  'after-start': 'the API is killed between the start and marking the run as running',
  'late-start': 'the API is delayed before the start until another process has started the run and it has closed',
  'late-mark': 'the API is delayed before marking the run as running until its outcome is recorded',
  'after-effect': 'the worker is killed between an effect and its completion',
  'before-record': 'the process that knows the outcome is killed before it records it',
} as const;
export type Point = keyof typeof points;
export const pointNames = Object.keys(points) as Point[];

/** The point of each run, by the number in its input; at most one per run. */
export type Plan = Readonly<Record<string, Point>>;

/** Number of runs per point. */
export type Occasions = Readonly<Record<Point, number>>;

/** Minimum number of runs for all points. */
export const leastRuns = (occasions: Occasions): number =>
  Object.values(occasions).reduce((sum, count) => sum + count, 0);

/** Chooses runs for the points from the numbers 1 to `runs`. */
export function planPoints(runs: number, occasions: Occasions, random: Random): Plan {
  const numbers = random.shuffled(Array.from({ length: runs }, (_, index) => index + 1));
  const plan: Record<string, Point> = {};
  for (const point of pointNames) {
    for (const number of numbers.splice(0, occasions[point])) plan[number] = point;
  }
  return plan;
}
