import { parseArgs } from 'node:util';

export interface Options {
  /** Requests that are made up, about; each phase takes what it needs of them. */
  readonly cases: number;
  readonly seed: number;
}

const defaultCases = 10_000;

export const usage = `Usage: npm run test:fuzz -- [--cases ${defaultCases}] [--seed N]

Makes requests up from the API's own document, sends them to an API with its worker, and holds every answer against the document.

  --cases N  about how many; --cases 1000 is the short form
  --seed N   makes up the same ones again
`;

/** @throws {Error} the command line is not understood */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({ args: [...args], options: { cases: { type: 'string' }, seed: { type: 'string' } } });
  return {
    cases: values.cases === undefined ? defaultCases : positive('cases', values.cases),
    seed: values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : positive('seed', values.seed),
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name} ${text}: not a whole number above 0`);
  return number;
}
