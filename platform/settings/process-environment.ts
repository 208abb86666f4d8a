import type { ProductSettings } from './define-settings.js';
import type { ProcessName } from './names.js';
import type { Environment } from './setting-faults.js';

/** The environment without the product's settings that the process does not use, such as the secrets of other processes. */
export function environmentFor(process: ProcessName, settings: ProductSettings, env: Environment): Environment {
  const foreign = Object.entries(settings)
    .filter(([, { usedBy }]) => !usedBy.includes(process))
    .flatMap(([name]) => [name, `${name}_FILE`]);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.includes(name)));
}

/** Variables with the values that tests use for settings without a default. */
export const testValues = (settings: ProductSettings): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([name, { testValue }]) =>
      testValue === undefined ? [] : [[name, String(testValue)]],
    ),
  );
