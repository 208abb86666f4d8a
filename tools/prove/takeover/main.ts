import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../../platform/settings/project.js';
import { runProgram } from '../../cli/command-line.mjs';
import { removeExamples } from '../../init/remove-examples.js';
import { interruption } from '../../test/run-ava.js';

const program = {
  call: 'npm run test:takeover --',
  summary:
    'Checks that a team can take over the scaffold: renames the product in a copy, removes the examples, and runs everything there.',
  notes: 'Exit codes: 0 all steps pass, 1 a step fails, 64 wrong usage.\n',
} as const;

/** Longest time of one command, in milliseconds. */
const commandMs = 30 * 60_000;

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a command in the copy. Shows its output only if it fails. */
function runIn(folder: string, command: string, signal: AbortSignal): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const [program = '', ...args] = command.split(' ');
    const child = spawn(program, args, { cwd: folder, env: environment(folder), stdio: ['ignore', 'pipe', 'pipe'] });
    const late = setTimeout(() => child.kill('SIGTERM'), commandMs);
    const stop = () => child.kill('SIGTERM');
    signal.addEventListener('abort', stop, { once: true });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(late);
      signal.removeEventListener('abort', stop);
      resolve({ code, output });
    });
  });
}

/** The settings of this clone must not reach the copy. */
const environment = (folder: string): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(API|POSTGRES|RUNS|WORKER|DEPLOY)_/.test(name)),
  ),
  ATLAS_ENV_FILE: '/dev/null',
  ATLAS_DATA_DIR: join(folder, '.atlas'),
});

/** Copies the files that git knows, with the packages of this clone, into a repository of its own. */
async function copyProject(folder: string, signal: AbortSignal): Promise<void> {
  const { output } = await runIn(projectRoot, 'git ls-files -z --cached --others --exclude-standard', signal);
  for (const file of output.split('\0').filter((name) => name !== '' && existsSync(join(projectRoot, name)))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join(projectRoot, file), join(folder, file));
  }
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
  await runIn(folder, 'git init --quiet', signal);
}

/** Renames the product in the one file that names it. */
function rename(folder: string): void {
  const file = join(folder, 'config/product.ts');
  const text = readFileSync(file, 'utf8');
  const renamed = text.replace(/name: '[^']*',\n {2}title: '[^']*'/, "name: 'shop',\n  title: 'Shop'");
  if (renamed === text) throw new Error(`${file} does not name the product as expected`);
  writeFileSync(file, renamed);
}

type Step = readonly [title: string, run: string | ((folder: string) => unknown)];
const steps: readonly Step[] = [
  ['the product is renamed in config/product.ts', rename],
  ['the generated documents follow the new name', 'npm run generate'],
  ['npm run check passes under the new name', 'npm run check'],
  ['tests of product and stages pass under the new name', 'npm test -- test/ infra/'],
  ['npm start -- --once passes under the new name', 'npm start -- --once'],
  ['a stage is synthesised under the new name', 'npx cdktf synth'],
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
  try {
    await copyProject(folder, signal);
    for (const [title, run] of steps) {
      const began = performance.now();
      if (typeof run === 'string') {
        const { code, output } = await runIn(folder, run, signal);
        if (code !== 0) throw new Error(`${title}\n${output}\n${run} ended with ${code ?? 'a signal'}`);
      } else run(folder);
      passed += 1;
      process.stdout.write(`ok - ${title} (${((performance.now() - began) / 1000).toFixed(1)} s)\n`);
    }
    process.stdout.write(`${passed} passed, 0 failed\n`);
    return 0;
  } catch (error) {
    process.stdout.write(`not ok - ${(error as Error).message}\n${passed} passed, 1 failed\n`);
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await runProgram(program, main);
