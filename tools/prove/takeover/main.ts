import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { product } from '../../../config/product.js';
import { catalogue } from '../../../workflows/catalogue.js';
import { copyFiles } from '../../bench/deploy/project-copy.js';
import { runCommand } from '../../bench/run-command.js';
import { runProgram } from '../../cli/command-line.mjs';
import { isScaffold, removeExamples } from '../../init/remove-examples.js';
import { interruption } from '../../test/run-ava.js';

const program = {
  call: 'npm run test:takeover --',
  summary:
    'Checks that a team can take over the scaffold: renames the product in a copy, removes the examples, and runs everything there.',
  notes: 'Exit codes: 0 all steps pass, 1 a step fails, 64 wrong usage.\n',
} as const;

/** Longest time of one step, in milliseconds. */
const longestMs = 30 * 60_000;

/** The settings of this clone must not reach the copy. */
const environment = (folder: string): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(API|POSTGRES|RUNS|WORKER|DEPLOY)_/.test(name)),
  ),
  ATLAS_ENV_FILE: '/dev/null',
  ATLAS_DATA_DIR: join(folder, '.atlas'),
});

/** Renames the product in the one file that names it. */
function rename(folder: string): void {
  const file = join(folder, 'config/product.ts');
  const text = readFileSync(file, 'utf8');
  const renamed = text.replace(/name: '[^']*',\n {2}title: '[^']*'/, "name: 'taken-over',\n  title: 'Taken over'");
  if (renamed === text) throw new Error(`${file} does not name the product as expected`);
  writeFileSync(file, renamed);
}

type Step = readonly [title: string, step: string | ((folder: string) => unknown)];
const steps: readonly Step[] = [
  ['the product is renamed in config/product.ts', rename],
  ['the generated documents follow the new name', 'npm run generate'],
  ['npm run check passes under the new name', 'npm run check'],
  ['tests of product and stages pass under the new name', 'npm test -- test/ infra/'],
  ['npm start -- --once passes under the new name', 'npm start -- --once'],
  ['a stage is synthesised under the new name', 'npx cdktf synth'],
];
/** Only the scaffold itself has the examples as they come. */
const stepsOfScaffold: readonly Step[] = [
  ['the examples are removed', removeExamples],
  ['the generated documents follow', 'npm run generate'],
  ['the contract without the examples is published', 'npm run generate:contract -- --publish'],
  ['the formatter accepts the rest', 'npx biome ci .'],
  ['npm run check passes without the examples', 'npm run check'],
  ['npm test passes without the examples', 'npm test'],
];

async function main(): Promise<number> {
  const signal = interruption();
  const folder = mkdtempSync(join(tmpdir(), 'takeover-'));
  // As root, npm start runs PostgreSQL under another account, which must reach its data.
  chmodSync(folder, 0o755);
  let passed = 0;
  let failing = 'the project is copied';
  try {
    const run = (command: string) => {
      const [name = '', ...args] = command.split(' ');
      return runCommand(name, args, { cwd: folder, env: environment(folder), signal, longestMs });
    };
    await copyFiles(folder);
    await run('git init --quiet');
    const isComplete = isScaffold(product, catalogue.keys());
    if (!isComplete)
      process.stdout.write('# NOT RUN: the removal of the examples: this is a product, not the scaffold\n');
    for (const [title, step] of isComplete ? [...steps, ...stepsOfScaffold] : steps) {
      const began = performance.now();
      failing = title;
      await (typeof step === 'string' ? run(step) : step(folder));
      passed += 1;
      process.stdout.write(`ok - ${title} (${((performance.now() - began) / 1000).toFixed(1)} s)\n`);
    }
    process.stdout.write(`${passed} passed, 0 failed\n`);
    return 0;
  } catch (error) {
    process.stdout.write(`not ok - ${failing}\n${(error as Error).message}\n${passed} passed, 1 failed\n`);
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await runProgram(program, main);
