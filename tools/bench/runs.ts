import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stopWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { projectRoot } from '../../platform/settings/project.js';
import { bypassProxies } from '../../platform/settings/proxies.js';
import { runProgram, someOf, wholeNumber } from '../cli/command-line.mjs';
import type { Program, Request } from '../cli/program.js';
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

const folder = (path: string): string => resolve(projectRoot, path);
const program = {
  call: 'npm run bench --',
  summary: `Measures how fast runs start, execute and are read, compared with bare programs on Temporal's client, Koa and pg.
Run it on an idle machine.`,
  options: {
    rounds: { value: 'N', parse: wholeNumber(1), default: '5', help: 'Number of rounds' },
    seconds: { value: 'N', parse: wholeNumber(1), default: '5', help: 'Measured seconds per turn' },
    only: { value: 'NAMES', parse: someOf(measureNames), default: measureNames.join(','), help: 'Measures to take' },
    into: {
      value: 'FOLDER',
      parse: folder,
      default: 'tools/bench/results',
      help: 'Folder for runs.md, runs.json and runs.svg',
    },
    profile: {
      value: 'FOLDER',
      parse: folder,
      help: 'Write CPU profiles of API and worker to this folder instead of results',
    },
  },
  notes: `Needs what a deploy needs, and a Docker engine on this machine itself (Linux). Takes about half an hour, and removes everything
that it creates.`,
} as const satisfies Program;
type Options = Request<typeof program>;

const measures: Readonly<Record<MeasureName, (bench: Bench) => Promise<void>>> = {
  start: measureStart,
  execute: measureExecute,
  throughput: measureThroughput,
  get: measureGet,
  memory: measureMemory,
};

/** Runs the measures one after another. Reports a failed one and continues. */
async function measureAll(platform: Platform, logs: string, options: Options, results: Results): Promise<void> {
  const recorder = {
    record: (id: string, sample: Sample) => {
      results.record(id, sample);
      const { atlas, bare } = sample;
      say(`  ${id.padEnd(18)} ${atlas.toFixed(2)}${bare === undefined ? '' : `, bare ${bare.toFixed(2)}`}`);
    },
  };
  const { rounds, seconds } = options;
  const { signal } = stopping;
  for (const name of options.only) {
    say(name);
    const sides = new Sides(platform, logs, signal, options.profile);
    try {
      await measures[name]({ platform, sides, rounds, seconds, results: recorder, signal });
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
    for (const path of [folder, logs]) rmSync(path, { recursive: true, force: true });
  }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const stopping = new AbortController();
const stop = () => stopping.abort(new Error('Stopped; removed everything from the engine'));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
stopWhenOutputCloses(stop);

await runProgram(program, (options) =>
  main(options).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    return stopping.signal.aborted ? 130 : 1;
  }),
);
