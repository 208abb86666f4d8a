import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../platform/settings/project.js';
import { wholeNumber } from '../cli/command-line.mjs';
import type { Program } from '../cli/program.js';
import { BenchStage } from './deploy/bench-stage.js';
import { type Row, reportOf, tableOf } from './deploy/report.js';
import { runBench, say } from './run-bench.js';
import { runCommand } from './run-command.js';

const program = {
  call: 'npm run bench:deploy --',
  summary: `Times deploy and destroy of a stage on the local Docker engine, and Docker Compose with the same containers for comparison.
Run it on an idle machine.`,
  options: { runs: { value: 'N', parse: wholeNumber(1), default: '3', help: 'Number of measurements of each step' } },
  notes: `Needs what a deploy needs and takes about four minutes. Removes everything that it creates, and writes
tools/bench/results/deploy.md.`,
} as const satisfies Program;
const reportFile = join(projectRoot, 'tools/bench/results/deploy.md');

const row = (what: string, goal?: number) => ({ what, values: [] as number[], ...(goal && { goal }) });
/** Steps with the seconds of each execution. */
const measurements = {
  program: row('node --import tsx infra/main.ts', 1.5),
  synth: row('npx cdktf synth', 4),
  build: row("npm run deploy: new stage, with a build of the app's image", 60),
  deploy: row('npm run deploy: new stage, all images present', 25),
  again: row('npm run deploy: no changes', 15),
  destroy: row('npm run destroy -- --data --yes', 25),
  up: row('docker compose up --wait: the same containers'),
  down: row('docker compose down --volumes'),
};

async function time(name: keyof typeof measurements, step: () => Promise<number>): Promise<void> {
  const { what, values } = measurements[name];
  const seconds = await step();
  values.push(seconds);
  say(`${seconds.toFixed(1).padStart(6)} s  ${what}`);
}

async function measure(stage: BenchStage, runs: number, hasCompose: boolean): Promise<void> {
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
}

function measuredRows(): Row[] {
  const { deploy, up } = measurements;
  const ratios = up.values.map((seconds, run) => (deploy.values[run] ?? 0) / seconds);
  const rows = [
    ...Object.values(measurements),
    { what: 'new stage: deploy / compose up', values: ratios, unit: '×', goal: 1.15 },
  ];
  return rows.filter(({ values }) => values.length > 0);
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

await runBench(program, async ({ runs }, folder, signal) => {
  const tools = await versions();
  const hasCompose = 'Docker Compose' in tools;
  if (!hasCompose) say('Skipping the comparison: docker compose is not installed');
  const stage = await BenchStage.create(join(folder, 'project'), signal);
  await measure(stage, runs, hasCompose).finally(stage.clear);
  const rows = measuredRows();
  say(`\n${tableOf(rows)}`);
  mkdirSync(dirname(reportFile), { recursive: true });
  writeFileSync(reportFile, reportOf(rows, tools));
});
