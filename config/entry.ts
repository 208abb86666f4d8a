import { loadEnvironment } from './environment.js';
import { exitCodeConfig } from './names.js';
import type { Environment, ReadSettingsResult } from './settings.js';
import { readSettings, SettingsInvalid } from './settings.js';
import type { SettingName } from './settings-schema.js';

/**
 * Reads the settings at the entry of a process. When they are not valid, prints every fault on standard error
 * and ends the process with exit code 78, before anything has been started. Warnings go to standard error too.
 */
export function settingsOrExit<O extends SettingName = never>(
  options: { optional?: readonly O[]; env?: Environment } = {},
): ReadSettingsResult<O>['settings'] {
  try {
    const { settings, warnings } = readSettings(options.env ?? loadEnvironment(), options);
    for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
    return settings;
  } catch (error) {
    if (!(error instanceof SettingsInvalid)) throw error;
    process.stderr.write(`${error.message}\nEvery setting is explained in docs/settings.md.\n`);
    process.exit(exitCodeConfig);
  }
}
