import { parseArgs } from 'node:util';
import { type Guard, guards, isGuard } from './guards.js';
import { leastRuns, type Occasions } from './points.js';

/** The size of a round. */
export interface Scale {
  readonly runs: number;
  /** Time over which the starts are spread, in milliseconds. */
  readonly spreadMs: number;
  /** Time between two kills at random, in milliseconds. */
  readonly pauseMs: { readonly least: number; readonly most: number };
  /** Most kills at random of each process. @default - no bound */
  readonly killsOfEach?: number;
  readonly occasions: Occasions;
}

export interface Options {
  readonly scale: Scale;
  readonly seed: number;
  readonly times: number;
  readonly without: Guard | undefined;
}

export const usage = `Usage: npm run test:kill -- [--runs 500] [--short] [--seed N] [--times 1] [--without GUARD]

Starts runs while everything is killed (-9) and started again, and counts what is there at the end.

  --runs N         how many runs are started
  --short          60 of them, in less than a minute
  --seed N         chooses the same victims and the same moments again
  --times N        so many rounds, one after another, each with the next seed
  --without GUARD  takes a guard away, without which the test must fail:
${Object.entries(guards)
  .map(([name, meaning]) => `                   ${name.padEnd(16)}${meaning}`)
  .join('\n')}
`;

const full: Scale = {
  runs: 500,
  spreadMs: 35_000,
  pauseMs: { least: 1_000, most: 4_500 },
  occasions: {
    'after-commit': 4,
    'before-start': 4,
    'after-start': 4,
    'late-start': 8,
    'late-mark': 8,
    'after-effect': 5,
    'before-record': 5,
  },
};

const short: Scale = {
  runs: 60,
  spreadMs: 10_000,
  pauseMs: { least: 1_000, most: 2_000 },
  killsOfEach: 1,
  occasions: {
    'after-commit': 1,
    'before-start': 1,
    'after-start': 1,
    'late-start': 3,
    'late-mark': 3,
    'after-effect': 1,
    'before-record': 1,
  },
};

/** @throws {Error} the command line is not understood */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string' },
      short: { type: 'boolean', default: false },
      seed: { type: 'string' },
      times: { type: 'string', default: '1' },
      without: { type: 'string' },
    },
  });
  const scale = values.short ? short : full;
  const { without } = values;
  if (without !== undefined && !isGuard(without)) throw new Error(`--without ${without}: there is no such guard`);
  const runs = values.runs === undefined ? scale.runs : positive('runs', values.runs);
  const least = leastRuns(scale.occasions);
  if (runs < least) throw new Error(`--runs ${runs}: at least ${least} are needed, for each of the named points`);
  return {
    scale: { ...scale, runs },
    seed: values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : positive('seed', values.seed),
    times: positive('times', values.times),
    without,
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name} ${text}: not a whole number above 0`);
  return number;
}
