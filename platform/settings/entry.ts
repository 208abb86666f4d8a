import type { NoSettings, ProductSettings } from './define-settings.js';
import { loadEnvironment } from './environment.js';
import type { SettingsOwner } from './known-settings.js';
import { exitCodeConfig, type ProcessName } from './names.js';
import { bypassProxies } from './proxies.js';
import type { Environment, ReadSettingsOptions, ReadSettingsResult, SettingFault, Settings } from './settings.js';
import { readSettings, SettingsInvalid } from './settings.js';
import type { SettingName } from './settings-schema.js';

interface EntryOptions<O extends SettingName, S extends ProductSettings, N extends ProcessName>
  extends ReadSettingsOptions<O, N> {
  /** @default - the environment of the process and its env file */
  readonly env?: Environment;
  /** Finds further faults in valid settings that matter to this process only. @default - none */
  readonly faults?: (settings: ReadSettingsResult<O, S, N>['settings']) => readonly SettingFault[];
}

/** Loads the environment and the env file. If the file is invalid, ends the process as `settingsOrExit` does. */
export const environmentOrExit = (product: SettingsOwner): Environment =>
  orExit(() => loadEnvironment(undefined, warn, product));

/**
 * Reads the settings at the entry of a process. If they are invalid, prints every fault on standard error and ends the process with exit
 * code 78. Prints warnings on standard error too. Afterwards, connections to this machine bypass all proxies.
 */
export function settingsOrExit<
  O extends SettingName = never,
  S extends ProductSettings = NoSettings,
  N extends ProcessName = never,
>(product: SettingsOwner<S>, options: EntryOptions<O, S, N> = {}): ReadSettingsResult<O, S, N>['settings'] {
  const env = options.env ?? environmentOrExit(product);
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
