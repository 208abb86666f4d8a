import type { Product } from '../product.js';
import { loadEnvironment } from './environment.js';
import { exitCodeConfig } from './names.js';
import { bypassProxies } from './proxies.js';
import type { Environment, ReadSettingsResult, SettingFault, Settings } from './settings.js';
import { readSettings, SettingsInvalid } from './settings.js';
import type { SettingName } from './settings-schema.js';

interface EntryOptions<O extends SettingName> {
  readonly optional?: readonly O[];
  /** @default - the process's, over the env file */
  readonly env?: Environment;
  /** What is wrong with valid settings for what this process does. @default - nothing */
  readonly faults?: (settings: ReadSettingsResult<O>['settings']) => readonly SettingFault[];
}

/**
 * The environment of a process with its env file, at the entry of the process. When the file cannot be used, ends the process as
 * `settingsOrExit` does.
 */
export const environmentOrExit = (): Environment => orExit(() => loadEnvironment(undefined, warn));

/**
 * Reads the settings at the entry of a process. When they are not valid, prints every fault on standard error
 * and ends the process with exit code 78, before anything has been started. Warnings go to standard error too. From then on nothing
 * on this machine is asked through a proxy.
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
    process.stderr.write(`${error.message}\nEvery setting is explained in docs/settings.md.\n`);
    process.exit(exitCodeConfig);
  }
}

/** Where the platform itself listens. */
const addressesOf = ({ API_HOST, WORKER_HEALTH_HOST, DEPLOY_BIND_ADDRESS }: Settings): string[] => [
  API_HOST,
  WORKER_HEALTH_HOST,
  DEPLOY_BIND_ADDRESS,
];
const warn = (warning: string): void => void process.stderr.write(`warning: ${warning}\n`);
