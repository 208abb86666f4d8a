import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { projectRoot } from '../../platform/settings/project.js';
import { runProgram, wholeNumber } from '../cli/command-line.mjs';
import type { Program } from '../cli/program.js';
import { spreadOf } from './statistics.js';

const readyLine = 'Ready in';
const program = {
  call: 'npm run bench:start --',
  summary: "Times npm start as a user sees it, npm's own share included. Run it on an idle machine.",
  options: {
    runs: { value: 'N', parse: wholeNumber(1), default: '5', help: 'Number of measurements of a warm start' },
    'cold-install': { help: 'Also time a fresh clone with an empty node_modules' },
  },
  notes: 'Prints the results; needs what npm start needs.',
} as const satisfies Program;

interface Row {
  readonly what: string;
  readonly seconds: readonly number[];
  /** Maximum of the median, in seconds. */
  readonly goal?: number;
}

endWhenOutputCloses();
await runProgram(program, async ({ runs, coldInstall }) => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-bench-'));
  // If this runs as root, PostgreSQL runs as another account, which must have access.
  chmodSync(folder, 0o755);
  try {
    print(await measure(folder, runs, coldInstall));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function measure(folder: string, runs: number, coldInstall: boolean): Promise<Row[]> {
  const data = join(folder, 'data');
  const rows: Row[] = [
    { what: 'cold: --once with an empty data folder', seconds: [await timeOnce(projectRoot, data)] },
  ];
  rows.push({ what: 'warm: until ready', seconds: await repeat(runs, () => timeUntilReady(data)), goal: 8 });
  rows.push({ what: 'warm: --once', seconds: await repeat(runs, () => timeOnce(projectRoot, data)), goal: 12 });
  if (coldInstall) rows.push({ what: 'fresh clone: npm ci and --once', seconds: [await timeFreshClone(folder)] });
  return rows;
}

/** Measures `npm start` until it is ready, then stops it. */
async function timeUntilReady(data: string): Promise<number> {
  const startedAt = performance.now();
  const child = spawn('npm', ['start', '--silent'], {
    cwd: projectRoot,
    env: { ...process.env, ATLAS_DATA_DIR: data },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let took: number | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (took !== undefined || !output.includes(readyLine)) return;
    took = seconds(startedAt);
    child.kill('SIGINT');
  });
  await once(child, 'close');
  if (took === undefined) throw new Error(`npm start did not become ready:\n${output}`);
  return took;
}

/** Measures `npm start -- --once`. */
async function timeOnce(clone: string, data: string): Promise<number> {
  const startedAt = performance.now();
  const child = spawn('npm', ['start', '--silent', '--', '--once'], {
    cwd: clone,
    env: { ...process.env, ATLAS_DATA_DIR: data },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`npm start -- --once exited with code ${code}`);
  return seconds(startedAt);
}

/** Measures the first start after `git clone`. Uses npm's cache as it is. */
async function timeFreshClone(folder: string): Promise<number> {
  const clone = join(folder, 'clone');
  const { status } = spawnSync('git', ['clone', '--quiet', projectRoot, clone], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`git clone exited with code ${status}`);
  return timeOnce(clone, join(folder, 'fresh-data'));
}

async function repeat(times: number, work: () => Promise<number>): Promise<number[]> {
  const results: number[] = [];
  for (let index = 0; index < times; index++) results.push(await work());
  return results;
}

function print(rows: readonly Row[]): void {
  process.stdout.write(`${cpus().length} cores, Node.js ${process.versions.node}; seconds\n`);
  for (const { what, seconds: all, goal } of rows) {
    const each = all.length > 1 ? `  (${all.map((value) => value.toFixed(1)).join(', ')})` : '';
    const wanted = goal ? `, goal ${goal}` : '';
    process.stdout.write(
      `${what.padEnd(40)}${spreadOf(all).median.toFixed(1).padStart(6)}${each}${all.length > 1 ? ' median' : ''}${wanted}\n`,
    );
  }
}

function seconds(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}
