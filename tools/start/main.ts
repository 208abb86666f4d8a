import { product } from '../../config/product.js';
import { environmentOrExit, settingsOrExit } from '../../platform/settings/entry.js';
import { processes } from '../../platform/settings/names.js';
import { Screen } from '../cli/screen.js';
import { listenForStop } from '../cli/stop-requests.js';
import type { StartOptions } from './args.mjs';
import { embeddedFaults, withoutKeys } from './embedded-settings.js';

/** Runs the platform until it is stopped, then exits with the codes that `--help` explains. */
export async function main(options: StartOptions): Promise<void> {
  const env = withoutKeys(environmentOrExit(product));
  const settings = settingsOrExit(product, {
    ...{ env, processes },
    optional: ['POSTGRES_PASSWORD'],
    faults: embeddedFaults,
  });
  const screen = new Screen(process.stdout, process.env, process.stderr);
  // Loaded last, to report invalid settings without delay.
  const { launch } = await import('./launch.js');
  const exitCode = await launch({ options, settings, env, screen, stop: listenForStop() });
  // Do not wait for abandoned work, such as a download.
  process.exit(exitCode);
}
