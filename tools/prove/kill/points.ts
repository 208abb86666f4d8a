import type { Random } from './random.js';

/** What is provoked on purpose, each for a few of the runs, and where. */
export const points = {
  'after-commit': 'the API is killed between the commit and its answer',
  'before-start': 'the API is killed between the commit and the start',
  'after-start': 'the API is killed between the start and its mark',
  'late-start': 'the API is held up before the start, until somebody else has started the run and it has closed',
  'late-mark': 'the API is held up before it marks the run as running, until its end is recorded',
  'after-effect': 'the worker is killed between an effect and its completion',
  'before-record': 'the process that knows the outcome is killed before it records it',
} as const;
export type Point = keyof typeof points;
export const pointNames = Object.keys(points) as Point[];

/** Which run, by the number in its input, meets which point; each run at most one. */
export type Plan = Readonly<Record<string, Point>>;

/** How many runs meet each point. */
export type Occasions = Readonly<Record<Point, number>>;

/** How many runs there must be for each point to have its own. */
export const leastRuns = (occasions: Occasions): number =>
  Object.values(occasions).reduce((sum, count) => sum + count, 0);

/** Chooses runs for the points, of those with the numbers from 1 to `runs`. */
export function planPoints(runs: number, occasions: Occasions, random: Random): Plan {
  const numbers = random.shuffled(Array.from({ length: runs }, (_, index) => index + 1));
  const plan: Record<string, Point> = {};
  for (const point of pointNames) {
    for (const number of numbers.splice(0, occasions[point])) plan[number] = point;
  }
  return plan;
}
