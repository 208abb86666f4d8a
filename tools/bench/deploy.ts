import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { projectRoot } from '../../platform/settings/project.js';
import { runProgram, wholeNumber } from '../cli/command-line.mjs';
import type { Program } from '../cli/program.js';
import { BenchStage } from './deploy/bench-stage.js';
import { type Row, reportOf, tableOf } from './deploy/report.js';
import { runCommand } from './deploy/run-command.js';

const program = {
  call: 'npm run bench:deploy --',
  summary: `Times deploy and destroy of a stage on the local Docker engine, and Docker Compose with the same containers for comparison.
Run it on an idle machine.`,
  options: { runs: { value: 'N', parse: wholeNumber(1), default: '3', help: 'Number of measurements of each step' } },
  notes: `Needs what a deploy needs and takes about four minutes. Removes everything that it creates, and writes
tools/bench/results/deploy.md.`,
} as const satisfies Program;
const reportFile = join(projectRoot, 'tools/bench/results/deploy.md');

const measurements = {
  program: { what: 'node --import tsx infra/main.ts', goal: 1.5 },
  synth: { what: 'npx cdktf synth', goal: 4 },
  build: { what: "npm run deploy: new stage, with a build of the app's image", goal: 60 },
  deploy: { what: 'npm run deploy: new stage, all images present', goal: 25 },
  again: { what: 'npm run deploy: no changes', goal: 15 },
  destroy: { what: 'npm run destroy -- --data --yes', goal: 25 },
  up: { what: 'docker compose up --wait: the same containers' },
  down: { what: 'docker compose down --volumes' },
} as const satisfies Record<string, Omit<Row, 'values'>>;
type Measurement = keyof typeof measurements;

/** Seconds of each execution of a step. */
type Samples = Record<Measurement, number[]>;

async function measure(stage: BenchStage, runs: number, hasCompose: boolean): Promise<Samples> {
  const samples: Samples = { program: [], synth: [], build: [], deploy: [], again: [], destroy: [], up: [], down: [] };
  const time = async (name: Measurement, step: () => Promise<number>) => {
    const seconds = await step();
    samples[name].push(seconds);
    process.stdout.write(`${seconds.toFixed(1).padStart(6)} s  ${measurements[name].what}\n`);
  };

  await time('synth', stage.synth);
  await stage.pullImages();
  await time('build', stage.deploy);
  await stage.keepImage();
  await time('destroy', stage.destroy);

  const deployed = async () => {
    await stage.restoreImage();
    await time('deploy', stage.deploy);
    await time('again', stage.deploy);
    await time('destroy', stage.destroy);
  };
  const composed = async () => {
    await time('program', stage.program);
    await time('synth', stage.synth);
    if (!hasCompose) return;
    await stage.restoreImage();
    await time('up', stage.composeUp);
    await time('down', stage.composeDown);
  };
  // The order alternates, because the speed of the machine can drift.
  for (let run = 0; run < runs; run++)
    for (const half of run % 2 === 0 ? [deployed, composed] : [composed, deployed]) await half();
  return samples;
}

function rowsOf(samples: Samples): Row[] {
  const ratios = samples.up.map((seconds, run) => (samples.deploy[run] ?? 0) / seconds);
  return [
    ...Object.entries(measurements).map(([name, row]) => ({ ...row, values: samples[name as Measurement] })),
    { what: 'new stage: deploy / compose up', values: ratios, unit: '×', goal: 1.25 },
  ].filter(({ values }) => values.length > 0);
}

/** Versions of the tools. @throws a tool is missing */
async function versions(): Promise<Record<string, string>> {
  const { devDependencies } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  const terraform = await runCommand('terraform', ['version', '-json']);
  const engine = await runCommand('docker', ['version', '--format', '{{.Server.Version}}']);
  const compose = await runCommand('docker', ['compose', 'version', '--short']).catch(() => undefined);
  return {
    'Node.js': process.versions.node,
    Terraform: JSON.parse(terraform.stdout).terraform_version,
    cdktf: devDependencies.cdktf,
    Docker: engine.stdout.trim(),
    ...(compose && { 'Docker Compose': compose.stdout.trim() }),
  };
}

async function main(runs: number): Promise<void> {
  const tools = await versions();
  const hasCompose = 'Docker Compose' in tools;
  if (!hasCompose) process.stdout.write('Skipping the comparison: docker compose is not installed\n');
  const folder = mkdtempSync(join(tmpdir(), 'atlas-bench-'));
  try {
    const stage = await BenchStage.create(folder, stopping.signal);
    const rows = rowsOf(await measure(stage, runs, hasCompose).finally(stage.clear));
    process.stdout.write(`\n${tableOf(rows)}\n`);
    mkdirSync(join(reportFile, '..'), { recursive: true });
    writeFileSync(reportFile, reportOf(rows, tools));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const stopping = new AbortController();
const stop = () => stopping.abort(new Error('Stopped; removed everything from the engine'));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
stopWhenOutputCloses(stop);
await runProgram(program, ({ runs }) =>
  main(runs).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    return stopping.signal.aborted ? 130 : 1;
  }),
);
