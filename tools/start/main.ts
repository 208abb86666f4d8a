import { product } from '../../config/product.js';
import { environmentOrExit, settingsOrExit } from '../../platform/settings/entry.js';
import type { Environment } from '../../platform/settings/settings.js';
import { Screen } from '../cli/screen.js';
import { listenForStop } from '../cli/stop-requests.js';
import type { StartOptions } from './args.mjs';
import { embeddedFaults } from './embedded-settings.js';

/** Whoever runs it on their own machine needs no key to call it, unless they ask for that. */
const withoutKeys = (env: Environment): Environment =>
  env['API_AUTHENTICATION'] ? env : { ...env, API_AUTHENTICATION: 'none' };

/** Runs the platform until it is told to stop, and ends the process with the exit code that `--help` explains. */
export async function main(options: StartOptions): Promise<void> {
  const env = withoutKeys(environmentOrExit());
  const settings = settingsOrExit(product, { env, optional: ['POSTGRES_PASSWORD'], faults: embeddedFaults });
  const screen = new Screen(process.stdout, process.env, process.stderr);
  // Loaded only now: a fault in the settings is told at once.
  const { launch } = await import('./launch.js');
  const exitCode = await launch({ options, settings, env, screen, stop: listenForStop() });
  // What was given up on the way (a download, a wait for an answer) is not waited for.
  process.exit(exitCode);
}
