import { cpSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unlessAborted } from '../../../platform/retry/unless-aborted.js';
import { runProgram } from '../../cli/command-line.mjs';
import { interruption } from '../../test/run-ava.js';
import { type Fact, factsOf } from './facts.js';
import { type Options, optionsOf, program } from './options.js';
import { type Platform, startPlatform } from './platform.js';
import { fuzz, type Report } from './schemathesis.js';
import { installSchemathesis, NoSchemathesis } from './venv.js';

/**
 * `npm run test:fuzz`: checks that the API conforms to its document for any request. The last line counts the facts. Exit codes: 0 all
 * hold, 1 one does not, 64 wrong command line.
 */
async function main(options: Options, signal: AbortSignal): Promise<number> {
  const began = performance.now();
  let facts: readonly Fact[];
  try {
    facts = await runFuzz(options, signal, began);
  } catch (error) {
    facts = [{ fact: 'the run completed', fault: signal.aborted ? 'interrupted' : describe(error) }];
  }
  for (const { fact, fault } of facts) {
    process.stdout.write(fault === undefined ? `ok - ${fact}\n` : `not ok - ${fact}\n  ${fault}\n`);
  }
  const failed = facts.filter(({ fault }) => fault !== undefined).length;
  process.stdout.write(`${facts.length - failed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

async function runFuzz(options: Options, signal: AbortSignal, began: number): Promise<readonly Fact[]> {
  const program = await installSchemathesis(say, signal);
  const starting = startPlatform(signal);
  let facts: readonly Fact[] | undefined;
  try {
    const platform = await unlessAborted(starting, signal);
    say(`PostgreSQL, Temporal, worker and API are ready; about ${options.cases} cases, seed ${options.seed}`);
    const document = await (await fetch(`${platform.url}/openapi.json`)).text();
    const report = await fuzz({ ...options, program, document, platform, signal });
    facts = factsOf(report, operationsOf(document));
    say(figures(report, options, began));
    return facts;
  } finally {
    // Also stops a platform whose start was interrupted.
    const platform = await starting.catch(() => undefined);
    if (platform && !signal.aborted && (!facts || facts.some(({ fault }) => fault !== undefined)))
      keepLogs(platform, options);
    await platform?.stop();
  }
}

/** Named as in Schemathesis: `GET /v1/runs`. */
function operationsOf(document: string): string[] {
  const { paths } = JSON.parse(document) as { readonly paths: Readonly<Record<string, object>> };
  return Object.entries(paths).flatMap(([path, of]) =>
    Object.keys(of).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

const figures = ({ test_cases: { generated }, operations }: Report, { seed }: Options, began: number): string => {
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  return `${generated} cases of ${operations?.tested ?? 0} operations, seed ${seed}, ${seconds} s`;
};

function keepLogs({ logs }: Platform, { seed }: Options): void {
  const kept = join(tmpdir(), `atlas-fuzz-${seed}`);
  rmSync(kept, { recursive: true, force: true });
  cpSync(logs, kept, { recursive: true });
  say(`Logs: ${kept}`);
}

const say = (line: string): void => void process.stdout.write(`# ${line}\n`);

function describe(error: unknown): string {
  if (error instanceof NoSchemathesis) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

await runProgram(program, (request) => main(optionsOf(request), interruption()));
// Temporal's client still retries calls on closed connections.
process.exit();
