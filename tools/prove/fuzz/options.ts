import { wholeNumber } from '../../cli/command-line.mjs';
import type { Program, Request } from '../../cli/program.js';

export interface Options {
  /** Approximate number of requests; each phase takes its share. */
  readonly cases: number;
  readonly seed: number;
}

export const program = {
  call: 'npm run test:fuzz --',
  summary: `Generates requests from the API's OpenAPI document, sends them to an API with its worker, and checks every response against the
document.`,
  options: {
    cases: {
      value: 'N',
      parse: wholeNumber(1),
      default: '10000',
      help: 'Approximate number of requests; 1000 for a short run',
    },
    seed: { value: 'N', parse: wholeNumber(1), help: 'Repeat the requests of an earlier run' },
  },
  notes: 'Exit codes: 0 all responses conform, 1 one does not, 64 wrong command line',
} as const satisfies Program;

export const optionsOf = ({ cases, seed = Math.floor(Math.random() * 2 ** 31) }: Request<typeof program>): Options => ({
  cases,
  seed,
});
