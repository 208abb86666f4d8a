import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { product } from '../../config/product.js';
import { testValues } from '../../platform/settings/process-environment.js';
import { projectRoot } from '../../platform/settings/project.js';
import { runProgram } from '../cli/command-line.mjs';
import type { Program, Request } from '../cli/program.js';
import { startServers } from '../start/servers.js';
import { nextChange } from './next-change.js';
import { withoutSettings } from './own-settings.js';
import { interruption, run, runAva, tool } from './run-ava.js';
import { chooseTestFiles } from './test-files.js';

const rawCoverage = join(projectRoot, 'coverage/raw');

const program = {
  call: 'npm test --',
  summary: 'Runs tests on a PostgreSQL and a Temporal of their own, and stops both.',
  argument: { name: 'files', repeatable: true },
  options: {
    match: { short: 'm', value: 'TITLE', help: 'Run only tests with this title; * stands for any text' },
    watch: { short: 'w', help: 'Keep the servers, and run the tests again after each change, until Ctrl-C' },
    coverage: { help: 'Report which lines ran (npm run coverage)', excludes: 'watch' },
  },
  notes: `FILES are test files, folders, patterns such as 'test/**/*.test.ts', or parts of paths such as approval. Without them, all
tests run, except those of npm run test:deploy. platform/runs/x.test.ts:12 is the test at line 12.

Exit codes: 0 all tests passed, 1 failed, 64 wrong command line`,
} as const satisfies Program;

type TestRequest = Request<typeof program>;

/** `npm test`. @param args - the command line. @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  await runProgram(program, runSuite, args);
  return Number(process.exitCode ?? 0);
}

/** @throws {UsageError} an argument names no test file */
async function runSuite(request: TestRequest): Promise<number> {
  const files = request.files.length === 0 ? request.files : chooseTestFiles(projectRoot, request.files);
  const args = [...(request.match === undefined ? [] : ['--match', request.match]), ...files];
  return onServers(async (env, interrupted, bundle) => {
    if (request.coverage) return runWithCoverage(args, env, interrupted);
    let code = await runAva(args, env, interrupted);
    while (request.watch && (await nextChange(projectRoot, interrupted)))
      code = (await bundle()) ? await runAva(args, env, interrupted) : 1;
    return code;
  });
}

/**
 * Starts PostgreSQL and Temporal on free ports for `work`, and stops them.
 * @param work - receives the environment that names them, the signal of Ctrl-C, and a function that bundles the current workflows
 * @returns the exit code of `work`
 */
export async function onServers(
  work: (env: NodeJS.ProcessEnv, interrupted: AbortSignal, bundle: () => Promise<boolean>) => Promise<number>,
): Promise<number> {
  const interrupted = interruption();
  const folder = mkdtempSync(join(tmpdir(), 'atlas-test-'));
  const began = performance.now();
  const starting = startServers(({ message }) => say(message));
  try {
    // The bundler takes a second to load: it does so while the servers start.
    const bundling = bundlesInto(folder);
    const [servers, bundles] = await Promise.all([starting, bundling]);
    say(`PostgreSQL and Temporal are ready (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    const env = {
      ...testEnvironment(),
      TEST_POSTGRES_URL: servers.postgresUrl,
      TEST_TEMPORAL_ADDRESS: servers.temporalAddress,
      ...bundles,
    };
    return await work(env, interrupted, () => bundleAgain(folder));
  } finally {
    // The servers may have started although the bundles failed.
    await starting.then((servers) => servers.stop()).catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  }
}

const say = (line: string) => process.stdout.write(`# ${line}\n`);

const bundlesInto = async (folder: string) => (await import('./bundles.js')).bundlesInto(folder);

/** @returns false if it says why there is no bundle */
async function bundleAgain(folder: string): Promise<boolean> {
  try {
    await bundlesInto(folder);
    return true;
  } catch (error) {
    say(String(error));
    return false;
  }
}

async function runWithCoverage(args: readonly string[], env: NodeJS.ProcessEnv, interrupted: AbortSignal) {
  rmSync(rawCoverage, { recursive: true, force: true });
  const code = await runAva(args, { ...env, NODE_V8_COVERAGE: rawCoverage }, interrupted);
  const report = await run(tool('c8/bin/c8.js', 'report'), testEnvironment(), interrupted);
  return code || report;
}

/** The user's settings, in the environment or in `.env`, do not apply: tests define their own. */
const testEnvironment = (): NodeJS.ProcessEnv => ({
  ...withoutSettings(process.env),
  ...testValues(product.settings),
  ATLAS_ENV_FILE: '/dev/null',
});
