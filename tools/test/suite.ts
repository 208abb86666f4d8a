import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { product } from '../../config/product.js';
import { createLogger } from '../../platform/observability/logger.js';
import { knownSettings } from '../../platform/settings/known-settings.js';
import { testValues } from '../../platform/settings/process-environment.js';
import { bundleCacheFolder, projectRoot } from '../../platform/settings/project.js';
import { variablesOf } from '../../platform/settings/unknown-names.js';
import { fixtureWorkflows } from '../../platform/testing/fixtures/paths.js';
import { cachedWorkflowBundle } from '../../platform/worker/workflow-bundle.js';
import { workflowsPath } from '../../workflows/path.js';
import { startServers } from '../start/servers.js';
import { interruption, node, run, runAva, tool } from './run-ava.js';

const rawCoverage = join(projectRoot, 'coverage/raw');

/**
 * Starts PostgreSQL and Temporal on free ports, runs the tests, and stops them.
 * @param args - `--coverage`, `--record-histories` and names of recordings, or files and patterns for ava. @default - all tests
 * @returns the exit code
 */
export async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { coverage: { type: 'boolean' }, 'record-histories': { type: 'boolean' } },
    allowPositionals: true,
  });
  const interrupted = interruption();
  const folder = mkdtempSync(join(tmpdir(), 'atlas-test-'));
  const began = performance.now();
  const starting = startServers(({ message }) => say(message));
  try {
    const [servers, bundles] = await Promise.all([starting, bundlesInto(folder)]);
    say(`PostgreSQL and Temporal are ready (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    const env = {
      ...withoutSettings(process.env),
      TEST_POSTGRES_URL: servers.postgresUrl,
      TEST_TEMPORAL_ADDRESS: servers.temporalAddress,
      ...bundles,
    };
    if (values['record-histories']) {
      return await run(node('--import=tsx', 'tools/histories/record.ts', ...positionals), env, interrupted);
    }
    if (!values.coverage) return await runAva(positionals, env, interrupted);
    rmSync(rawCoverage, { recursive: true, force: true });
    const code = await runAva(positionals, { ...env, NODE_V8_COVERAGE: rawCoverage }, interrupted);
    const report = await run(tool('c8/bin/c8.js', 'report'), withoutSettings(process.env), interrupted);
    return code || report;
  } finally {
    // The servers may have started although the bundles failed.
    await starting.then((servers) => servers.stop()).catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  }
}

const say = (line: string) => process.stdout.write(`# ${line}\n`);

/** @returns the variables that name the bundles */
async function bundlesInto(folder: string): Promise<Record<string, string>> {
  const logger = createLogger('worker', { LOG_LEVEL: 'warn', LOG_FORMAT: 'json' });
  const modules = { TEST_PRODUCT_BUNDLE: workflowsPath, TEST_FIXTURE_BUNDLE: fixtureWorkflows };
  const bundles: Record<string, string> = {};
  for (const [variable, module] of Object.entries(modules)) {
    const path = join(folder, `${variable}.js`);
    writeFileSync(path, await cachedWorkflowBundle(bundleCacheFolder, logger, module));
    bundles[variable] = path;
  }
  return bundles;
}

/** Replaces the user's settings, in the environment or in `.env`: tests define their own. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = new Set(variablesOf(knownSettings(product)));
  own.delete('TEMPORAL_CLI_PATH');
  const others = Object.entries(env).filter(([name]) => !own.has(name));
  return { ...Object.fromEntries(others), ...testValues(product.settings), ATLAS_ENV_FILE: '/dev/null' };
}
