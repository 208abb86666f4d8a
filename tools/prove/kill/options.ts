import { oneOf, UsageError, wholeNumber } from '../../cli/command-line.mjs';
import type { Program, Request } from '../../cli/program.js';
import { type Guard, guards } from './guards.js';
import { leastRuns, type Occasions } from './points.js';

/** The size of a round. */
export interface Scale {
  readonly runs: number;
  /** Time span of the starts, in milliseconds. */
  readonly spreadMs: number;
  /** Time between two random kills, in milliseconds. */
  readonly pauseMs: { readonly least: number; readonly most: number };
  /** Maximum of random kills per process. @default - unlimited */
  readonly killsOfEach?: number;
  /** A kill of the API, Temporal or PostgreSQL in the wrong moment spoils about four in ten of `late-mark`. */
  readonly occasions: Occasions;
}

export interface Options {
  readonly scale: Scale;
  readonly seed: number;
  readonly times: number;
  readonly without: Guard | undefined;
}

export const program = {
  call: 'npm run test:kill --',
  summary: 'Starts runs while processes are killed (-9) and restarted, then counts the results.',
  options: {
    runs: { value: 'N', parse: wholeNumber(1), help: 'Runs to start (default 500, with --short 60)' },
    short: { help: 'Start 60 runs, in less than a minute' },
    seed: { value: 'N', parse: wholeNumber(1), help: 'Repeat the kills of an earlier round' },
    times: { value: 'N', parse: wholeNumber(1), default: '1', help: 'Rounds, each with the next seed' },
    without: {
      value: 'GUARD',
      parse: oneOf(Object.keys(guards) as Guard[]),
      help: `Remove a guard; the test must fail then\n${Object.entries(guards)
        .map(([name, effect]) => `  ${name.padEnd(16)}${effect}`)
        .join('\n')}`,
    },
  },
  notes: 'Exit codes: 0 all promises hold, 1 one does not, 64 wrong command line',
} as const satisfies Program;

const full: Scale = {
  runs: 500,
  spreadMs: 35_000,
  pauseMs: { least: 1_000, most: 4_500 },
  occasions: {
    'after-commit': 4,
    'before-start': 4,
    'after-start': 4,
    'late-start': 8,
    'late-mark': 16,
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
    'late-mark': 8,
    'after-effect': 1,
    'before-record': 1,
  },
};

/** @throws {UsageError} too few runs */
export function optionsOf({ short: isShort, times, without, ...given }: Request<typeof program>): Options {
  const scale = isShort ? short : full;
  const { runs = scale.runs, seed = Math.floor(Math.random() * 2 ** 31) } = given;
  const least = leastRuns(scale.occasions);
  if (runs < least)
    throw new UsageError(`--runs: ${runs} is too few; at least ${least} are needed to reach every point`);
  return { scale: { ...scale, runs }, seed, times, without };
}
