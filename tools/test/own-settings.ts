import { product } from '../../config/product.js';
import { knownSettings } from '../../platform/settings/known-settings.js';
import { variablesOf } from '../../platform/settings/unknown-names.js';

/** The environment without the user's settings, which must not reach tests; where the Temporal CLI is stays. */
export function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = new Set(variablesOf(knownSettings(product)));
  own.delete('TEMPORAL_CLI_PATH');
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.has(name)));
}
