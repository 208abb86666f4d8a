import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { stopWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { exitCodeUsage } from '../../platform/settings/names.js';
import { projectRoot } from '../../platform/settings/project.js';
import { bypassProxies } from '../../platform/settings/proxies.js';
import type { Bench } from './runs/measures/bench.js';
import { measureExecute } from './runs/measures/execute.js';
import { measureGet } from './runs/measures/get.js';
import { measureMemory } from './runs/measures/memory.js';
import { measureStart } from './runs/measures/start.js';
import { measureThroughput } from './runs/measures/throughput.js';
import { Platform } from './runs/platform.js';
import { jsonOf } from './runs/report/json.js';
import { markdownOf, tableOf } from './runs/report/markdown.js';
import { type Setup, thisMachine } from './runs/report/setup.js';
import { svgOf } from './runs/report/svg.js';
import { Results, type Sample } from './runs/results.js';
import { type MeasureName, measureNames } from './runs/rows.js';
import { Sides } from './runs/sides.js';

/**
 * Measures how fast runs are started, executed and read, beside programs that do no more than Temporal's client, Koa and `pg` do. Run it
 * on a machine that does nothing else.
 */

const usage = `npm run bench -- [options]
  --rounds N     turns of each side (5)
  --seconds N    seconds that count of each turn (5)
  --only NAMES   some of ${measureNames.join(',')}
  --into FOLDER  folder for runs.md, runs.json and runs.svg (tools/bench/results)
  --profile FOLDER  CPU profiles of the API and the worker; no results are written then
  Needs what a deploy needs, and an engine on this machine itself (Linux). Takes about half an hour; removes all that it has made.
`;

const measures: Readonly<Record<MeasureName, (bench: Bench) => Promise<void>>> = {
  start: measureStart,
  execute: measureExecute,
  throughput: measureThroughput,
  get: measureGet,
  memory: measureMemory,
};

interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly only: readonly MeasureName[];
  readonly into: string;
  readonly profile: string | undefined;
}

/** @returns `undefined` when help is all that is wanted. @throws {Error} the command line is not understood */
function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '5' },
      only: { type: 'string', default: measureNames.join(',') },
      into: { type: 'string', default: join(projectRoot, 'tools/bench/results') },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const number = (name: 'rounds' | 'seconds') => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} is a number from 1, not ${values[name]}`);
    return value;
  };
  const only = values.only.split(',');
  const unknown = only.find((name) => !(measureNames as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`--only takes ${measureNames.join(', ')}, not ${unknown}`);
  return {
    rounds: number('rounds'),
    seconds: number('seconds'),
    only: measureNames.filter((name) => only.includes(name)),
    into: resolve(values.into),
    profile: values.profile === undefined ? undefined : resolve(values.profile),
  };
}

/** Runs the measures one after another; one that fails is told, and the others go on. */
async function measureAll(platform: Platform, logs: string, options: Options, results: Results): Promise<void> {
  const told = {
    record: (id: string, sample: Sample) => {
      results.record(id, sample);
      const { atlas, bare } = sample;
      say(`  ${id.padEnd(18)} ${atlas.toFixed(2)}${bare === undefined ? '' : ` beside ${bare.toFixed(2)}`}`);
    },
  };
  const { rounds, seconds } = options;
  const { signal } = stopping;
  for (const name of options.only) {
    say(name);
    const sides = new Sides(platform, logs, signal, options.profile);
    try {
      await measures[name]({ platform, sides, rounds, seconds, results: told, signal });
    } catch (error) {
      signal.throwIfAborted();
      results.failures.set(name, (error as Error).message);
      say(`  failed: ${(error as Error).message}`);
    } finally {
      await sides.stop();
    }
  }
}

function write({ into }: Options, results: Results, setup: Setup): void {
  const outcomes = results.outcomes();
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, 'runs.md'), markdownOf(outcomes, results.failures, setup));
  writeFileSync(join(into, 'runs.json'), jsonOf(outcomes, results.failures, setup));
  writeFileSync(join(into, 'runs.svg'), svgOf(outcomes, setup));
}

async function main(options: Options): Promise<void> {
  bypassProxies();
  const [loadBefore = 0] = loadavg();
  const folder = mkdtempSync(join(tmpdir(), 'atlas-bench-'));
  const logs = mkdtempSync(join(tmpdir(), 'atlas-bench-logs-'));
  try {
    say('Deploying PostgreSQL and Temporal, and building the project');
    await Platform.with(folder, stopping.signal, async (platform) => {
      const results = new Results();
      const setup: Setup = {
        command: ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' '),
        date: new Date().toISOString(),
        machine: thisMachine(),
        versions: await platform.versions(),
        loadBefore,
        rounds: options.rounds,
        seconds: options.seconds,
      };
      await measureAll(platform, logs, options, results);
      say(`\n${tableOf(results.outcomes())}`);
      if (options.profile === undefined) write(options, results, setup);
      if (results.failures.size > 0) process.exitCode = 1;
    });
  } finally {
    for (const made of [folder, logs]) rmSync(made, { recursive: true, force: true });
  }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const stopping = new AbortController();
const stop = () => stopping.abort(new Error('Stopped: what was made on the engine is removed'));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
stopWhenOutputCloses(stop);

let options: Options | undefined;
try {
  options = readOptions(process.argv.slice(2));
  if (!options) process.stdout.write(usage);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}`);
  process.exitCode = exitCodeUsage;
}
if (options)
  await main(options).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = stopping.signal.aborted ? 130 : 1;
  });
