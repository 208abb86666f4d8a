import type { Outcome, Results } from '../results.js';
import type { Setup } from './setup.js';

/** All samples of all rounds, for programs. */
export const jsonOf = (outcomes: readonly Outcome[], failures: Results['failures'], setup: Setup): string =>
  `${JSON.stringify(
    {
      ...setup,
      rows: outcomes.map(({ row, met, compared, rounds }) => ({ ...row, met, compared, samples: rounds })),
      failures: Object.fromEntries(failures),
    },
    undefined,
    2,
  )}\n`;
