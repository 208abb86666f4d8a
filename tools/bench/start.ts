import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { projectRoot } from '../../platform/settings/project.js';
import { runProgram, wholeNumber } from '../cli/command-line.mjs';
import type { Program } from '../cli/program.js';
import { useFixtures } from './deploy/fixture-product.js';
import { copyFiles } from './deploy/project-copy.js';
import { type Row, tableOf } from './deploy/report.js';
import { startEmbedded } from './embedded.js';

const program = {
  call: 'npm run bench:start --',
  summary: "Times npm start as a user sees it, npm's own share included. Run it on an idle machine.",
  options: {
    runs: { value: 'N', parse: wholeNumber(1), default: '5', help: 'Number of measurements of a warm start' },
    'cold-install': { help: 'Also time a fresh clone with an empty node_modules' },
  },
  notes: 'Prints the results; needs what npm start needs.',
} as const satisfies Program;

const onceOption = ['--', '--once'];
/** The first executions compile code and open connections. */
const executes = { unmeasured: 30, measured: 200 } as const;

endWhenOutputCloses();
await runProgram(program, async ({ runs, coldInstall }) => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-bench-'));
  // If this runs as root, PostgreSQL runs as another account, which must have access.
  chmodSync(folder, 0o755);
  try {
    const rows = await measure(folder, runs, coldInstall);
    process.stdout.write(`${cpus().length} cores, Node.js ${process.versions.node}\n\n${tableOf(rows)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function measure(folder: string, runs: number, coldInstall: boolean): Promise<Row[]> {
  const data = join(folder, 'data');
  const timeOnce = () => timeStart(projectRoot, data, onceOption);
  const cold = [await timeOnce()];
  const steps: Steps = { Worker: [], API: [] };
  const ready = await repeat(runs, () => timeStart(projectRoot, data, [], steps));
  const warm = await repeat(runs, timeOnce);
  return [
    { what: 'cold: --once with an empty data folder', values: cold },
    { what: 'warm: until ready', values: ready, goal: 8 },
    { what: 'warm: worker, from its spawn until ready', values: steps.Worker },
    { what: 'warm: API, from its spawn until ready', values: steps.API },
    { what: 'warm: --once', values: warm, goal: 12 },
    ...(await timeExecutes(join(folder, 'copy'))),
    ...(coldInstall ? [{ what: 'fresh clone: npm ci and --once', values: [await timeFreshClone(folder)] }] : []),
  ];
}

/** Durations of steps as `npm start` shows them, in seconds. */
type Steps = Record<'Worker' | 'API', number[]>;

/** Measures `npm start`: with options until it exits, otherwise until it is ready. @param steps - where to add the durations of the steps */
async function timeStart(cwd: string, data: string, options: string[], steps?: Steps): Promise<number> {
  const startedAt = performance.now();
  const child = spawn('npm', ['start', '--silent', ...options], {
    cwd,
    env: { ...process.env, ATLAS_DATA_DIR: data },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let [output, took] = ['', 0];
  const stopClock = () => {
    took = (performance.now() - startedAt) / 1000;
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (took > 0 || options.length > 0 || !output.includes('Ready in')) return;
    stopClock();
    child.kill('SIGINT');
  });
  const [code] = await once(child, 'close');
  if (options.length > 0 && code === 0) stopClock();
  if (took === 0) throw new Error(`npm start ${options.join(' ')} exited with code ${code}:\n${output}`);
  for (const name of ['Worker', 'API'] as const)
    steps?.[name].push(Number(new RegExp(`^${name} ready\\b.*\\(([\\d.]+) s\\)$`, 'm').exec(output)?.[1]));
  return took;
}

/** Measures the first start after `git clone`. Uses npm's cache as it is. */
async function timeFreshClone(folder: string): Promise<number> {
  const clone = join(folder, 'clone');
  execFileSync('git', ['clone', '--quiet', projectRoot, clone], { stdio: 'inherit' });
  return timeStart(clone, join(folder, 'fresh-data'), onceOption);
}

/** Measures `execute` of a workflow with one step under `npm start` in a copy of this clone, in milliseconds. */
async function timeExecutes(folder: string): Promise<Row[]> {
  copyFiles(folder);
  useFixtures(folder);
  const started = await startEmbedded(folder, 'start', (screen) => screen.includes('Ready in'));
  try {
    const execute = async (input: object) => {
      const startedAt = performance.now();
      const response = await fetch(`${started.api}/v1/workflows/steps/execute`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ count: 1, ...input }),
      });
      const body = await response.text();
      if (response.status !== 200) throw new Error(`execute answered ${response.status}: ${body}`);
      return performance.now() - startedAt;
    };
    const times = async (input: object) => {
      await repeat(executes.unmeasured, () => execute(input));
      return repeat(executes.measured, () => execute(input));
    };
    return [
      { what: '`execute` of one activity, 1 caller', values: await times({}), unit: 'ms' },
      { what: '`execute` of one local activity, 1 caller', values: await times({ local: true }), unit: 'ms' },
    ];
  } finally {
    await started.stop();
  }
}

async function repeat(times: number, work: () => Promise<number>): Promise<number[]> {
  const results: number[] = [];
  while (results.length < times) results.push(await work());
  return results;
}
