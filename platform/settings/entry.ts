import type { Product } from '../product.js';
import { loadEnvironment } from './environment.js';
import { exitCodeConfig } from './names.js';
import { bypassProxies } from './proxies.js';
import type { Environment, ReadSettingsResult, SettingFault, Settings } from './settings.js';
import { readSettings, SettingsInvalid } from './settings.js';
import type { SettingName } from './settings-schema.js';

interface EntryOptions<O extends SettingName> {
  readonly optional?: readonly O[];
  /** @default - the environment of the process and its env file */
  readonly env?: Environment;
  /** Finds further faults in valid settings that matter to this process only. @default - none */
  readonly faults?: (settings: ReadSettingsResult<O>['settings']) => readonly SettingFault[];
}

/** Loads the environment and the env file. If the file is invalid, ends the process as `settingsOrExit` does. */
export const environmentOrExit = (): Environment => orExit(() => loadEnvironment(undefined, warn));

/**
 * Reads the settings at the entry of a process. If they are invalid, prints every fault on standard error and ends the process with exit
 * code 78. Prints warnings on standard error too. Afterwards, connections to this machine bypass all proxies.
 */
export function settingsOrExit<O extends SettingName = never>(
  product: Pick<Product, 'database'>,
  options: EntryOptions<O> = {},
): ReadSettingsResult<O>['settings'] {
  const env = options.env ?? environmentOrExit();
  return orExit(() => {
    const { settings, warnings } = readSettings(product, env, options);
    for (const warning of warnings) warn(warning);
    const faults = options.faults?.(settings) ?? [];
    if (faults.length > 0) throw new SettingsInvalid(faults);
    bypassProxies(addressesOf(settings as unknown as Settings));
    return settings;
  });
}

function orExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingsInvalid)) throw error;
    process.stderr.write(`${error.message}\ndocs/settings.md describes all settings.\n`);
    process.exit(exitCodeConfig);
  }
}

/** Addresses on which the platform listens. */
const addressesOf = ({ API_HOST, WORKER_HEALTH_HOST, DEPLOY_BIND_ADDRESS }: Settings): string[] => [
  API_HOST,
  WORKER_HEALTH_HOST,
  DEPLOY_BIND_ADDRESS,
];
const warn = (warning: string): void => void process.stderr.write(`warning: ${warning}\n`);
