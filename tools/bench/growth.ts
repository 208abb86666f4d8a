import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { projectRoot } from '../../platform/settings/project.js';
import { bypassProxies } from '../../platform/settings/proxies.js';
import { UsageError, wholeNumber } from '../cli/command-line.mjs';
import type { Program } from '../cli/program.js';
import { runBench, say } from './run-bench.js';
import { type Level, measureGrowth } from './runs/growth/measure.js';
import { growthReport, growthTable } from './runs/growth/report.js';
import { Platform } from './runs/platform.js';
import { setupOf } from './runs/report/words.js';
import { Sides } from './runs/sides.js';

const levelsOf = (text: string): number[] => {
  const levels = text.split(',').map(wholeNumber(1));
  if (levels.some((level, index) => level <= (levels[index - 1] ?? 0))) throw new UsageError('the numbers must ascend');
  return levels;
};

const program = {
  call: 'npm run bench:growth --',
  summary: `Measures starts, lists, the reconciler's calls and memory with more and more open runs.
Run it on an idle machine.`,
  options: {
    open: {
      value: 'NUMBERS',
      parse: levelsOf,
      default: '1000,10000,100000',
      help: 'Open runs of each level, ascending',
    },
    rounds: { value: 'N', parse: wholeNumber(1), default: '5', help: 'Turns of each measure per level' },
    seconds: { value: 'N', parse: wholeNumber(1), default: '2', help: 'Measured seconds per turn' },
    window: { value: 'SECONDS', parse: wholeNumber(1), default: '60', help: 'Time to count calls in, per level' },
    into: {
      value: 'FOLDER',
      parse: (path: string) => resolve(projectRoot, path),
      default: 'tools/bench/results',
      help: 'Folder for growth.md and growth.json',
    },
  },
  notes: `Needs what a deploy needs, and a Docker engine on this machine itself (Linux). Opening 100 000 runs takes about fifteen minutes;
a level that is not open after its limit ends the program. Removes everything that it creates.`,
} as const satisfies Program;

await runBench(program, async ({ open, rounds, seconds, window, into }, temporary, signal) => {
  bypassProxies();
  const [loadBefore = 0] = loadavg();
  const logs = join(temporary, 'logs');
  mkdirSync(logs);
  say('Deploying PostgreSQL and Temporal, and building the project');
  await Platform.with(join(temporary, 'project'), signal, async (platform) => {
    const versions = await platform.versions();
    const measured = setupOf({ rounds, seconds }, versions, loadBefore, 'npm run bench:growth');
    const setup = { ...measured, windowSeconds: window };
    const sides = new Sides(platform, logs, signal);
    const levels: Level[] = [];
    try {
      for await (const level of measureGrowth({ platform, sides, signal, rounds, seconds }, open, window)) {
        levels.push(level);
        say(`\n${growthTable(levels)}`);
      }
    } catch (error) {
      signal.throwIfAborted();
      say(`failed: ${(error as Error).message}`);
      process.exitCode = 1;
    } finally {
      await sides.stop();
    }
    if (levels.length === 0) return;
    mkdirSync(into, { recursive: true });
    writeFileSync(join(into, 'growth.md'), growthReport(levels, setup));
    writeFileSync(join(into, 'growth.json'), `${JSON.stringify({ ...setup, levels }, undefined, 2)}\n`);
  });
});
