import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { projectRoot } from '../../platform/settings/project.js';
import { bypassProxies } from '../../platform/settings/proxies.js';
import { someOf, wholeNumber } from '../cli/command-line.mjs';
import type { Program } from '../cli/program.js';
import { runBench, say } from './run-bench.js';
import type { Bench } from './runs/measures/bench.js';
import { measureExecute, measureSample, measureSteps, measureThroughput } from './runs/measures/execute.js';
import { measureGet, measureMemory } from './runs/measures/read.js';
import { measureStart } from './runs/measures/start.js';
import { Platform } from './runs/platform.js';
import { jsonOf, markdownOf, tableOf } from './runs/report/documents.js';
import { svgOf } from './runs/report/svg.js';
import { setupOf } from './runs/report/words.js';
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
  notes: `Needs what a deploy needs, and a Docker engine on this machine itself (Linux). Takes about forty minutes, and removes everything
that it creates.`,
} as const satisfies Program;

const measures: Readonly<Record<MeasureName, (bench: Bench) => Promise<void>>> = {
  start: measureStart,
  execute: measureExecute,
  throughput: measureThroughput,
  steps: measureSteps,
  sample: measureSample,
  get: measureGet,
  memory: measureMemory,
};

await runBench(program, async ({ rounds, seconds, only, into, profile }, temporary, signal) => {
  bypassProxies();
  const [loadBefore = 0] = loadavg();
  const results = new Results();
  const record = (id: string, sample: Sample) => {
    results.record(id, sample);
    const { atlas, bare } = sample;
    say(`  ${id.padEnd(18)} ${atlas.toFixed(2)}${bare === undefined ? '' : `, bare ${bare.toFixed(2)}`}`);
  };
  const logs = join(temporary, 'logs');
  mkdirSync(logs);

  say('Deploying PostgreSQL and Temporal, and building the project');
  await Platform.with(join(temporary, 'project'), signal, async (platform) => {
    const setup = setupOf({ rounds, seconds }, await platform.versions(), loadBefore);
    for (const name of only) {
      say(name);
      const sides = new Sides(platform, logs, signal, profile);
      try {
        await measures[name]({ platform, sides, rounds, seconds, record, signal });
      } catch (error) {
        // Reports a failed measure and continues.
        signal.throwIfAborted();
        results.failures.set(name, (error as Error).message);
        say(`  failed: ${(error as Error).message}`);
      } finally {
        await sides.stop();
      }
    }
    const outcomes = results.outcomes();
    say(`\n${tableOf(outcomes)}`);
    if (results.failures.size > 0) process.exitCode = 1;
    if (profile !== undefined) return;
    mkdirSync(into, { recursive: true });
    writeFileSync(join(into, 'runs.md'), markdownOf(outcomes, results.failures, setup));
    writeFileSync(join(into, 'runs.json'), jsonOf(outcomes, results.failures, setup));
    writeFileSync(join(into, 'runs.svg'), svgOf(outcomes, setup));
  });
});
