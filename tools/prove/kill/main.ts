import { setMaxListeners } from 'node:events';
import { runProgram } from '../../cli/command-line.mjs';
import { interruption } from '../../test/run-ava.js';
import type { Check } from './checks.js';
import { type Options, optionsOf, program } from './options.js';
import { playRound } from './round.js';

/**
 * `npm run test:kill`: checks that every accepted run is started once and its outcome recorded, whichever processes die. The last line
 * counts the facts. Exit codes: 0 all hold, 1 one does not, 64 wrong command line.
 */
async function main(options: Options): Promise<number> {
  const interrupted = interruption();
  // Every start needs it.
  setMaxListeners(Number.POSITIVE_INFINITY, interrupted);
  const counts = { passed: 0, failed: 0 };
  try {
    for (let round = 0; round < options.times; round++) {
      if (options.times > 1) process.stdout.write(`\n# Round ${round + 1} of ${options.times}\n`);
      const checks = await playRound({
        ...options,
        seed: options.seed + round,
        say: sayFrom(performance.now()),
        signal: interrupted,
      });
      for (const check of checks) report(check);
      counts.failed += checks.filter(({ fault }) => fault !== undefined).length;
      counts.passed += checks.filter(({ fault }) => fault === undefined).length;
    }
  } catch (error) {
    counts.failed += 1;
    process.stdout.write(`not ok - the round completed\n  ${interrupted.aborted ? 'interrupted' : describe(error)}\n`);
  }
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
  return counts.failed === 0 ? 0 : 1;
}

const sayFrom = (began: number) => (line: string) =>
  void process.stdout.write(`# ${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}\n`);

function report({ fact, fault }: Check): void {
  process.stdout.write(fault === undefined ? `ok - ${fact}\n` : `not ok - ${fact}\n  ${fault}\n`);
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

await runProgram(program, (request) => main(optionsOf(request)));
// Temporal's client still retries calls on closed connections.
process.exit();
