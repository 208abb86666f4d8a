import { isAbsolute, relative, resolve } from 'node:path';
import { product } from '../../config/product.js';
import { loadEnvironment } from '../../platform/settings/environment.js';
import { type KnownSettings, knownSettings } from '../../platform/settings/known-settings.js';
import { type Environment, readSettings, SettingsInvalid } from '../../platform/settings/settings.js';
import { type EmbeddedSettings, embeddedFaults, withoutKeys } from './embedded-settings.js';
import type { AppName } from './start-order.js';

/** What a change of the env file means for a running platform. */
export interface EnvChange {
  readonly settings: EmbeddedSettings;
  /** The programs that use a changed variable. */
  readonly apps: ReadonlySet<AppName>;
  /** Changed variables that only the next start uses. */
  readonly later: readonly string[];
}

/** The env file that the settings come from, from the project's root. */
export function envFilePath(projectRoot: string, env: Environment): string {
  const path = relative(projectRoot, resolve(projectRoot, env['ATLAS_ENV_FILE'] || '.env')).replaceAll('\\', '/');
  return isAbsolute(path) ? resolve(path) : path;
}

/** Reads the env file again after each change. */
export class WatchedEnvironment {
  /** @param last - the environment with the env file, as the platform started with it */
  constructor(
    private last: Environment,
    private readonly load = () => loadEnvironment(undefined, undefined, product),
    private readonly own: Environment = process.env,
  ) {}

  /** @throws {SettingsInvalid} the new values are invalid: the platform keeps the last ones */
  reread(): EnvChange {
    const env = withoutKeys(this.load());
    // Without the product's settings, because their definitions may have changed too: the programs validate them.
    const { settings } = readSettings({ ...product, settings: {} }, env, { optional: ['POSTGRES_PASSWORD'] });
    const faults = embeddedFaults(settings);
    if (faults.length > 0) throw new SettingsInvalid(faults);
    const changed = [...new Set([...Object.keys(env), ...Object.keys(this.last)])].filter(
      // The launcher adds to its own variables (`bypassProxies`), and a variable of its own is not read from the file.
      (name) => env[name] !== this.last[name] && !this.own[name],
    );
    this.last = env;
    return { settings, ...meaningOf(changed, knownSettings(product)) };
  }
}

/** The launcher uses these once: for the servers, the ports, and the first API key. */
const usedAtStart =
  /^(POSTGRES_(HOST|PORT|USER|DB|PASSWORD(_FILE)?)|TEMPORAL_(ADDRESS|NAMESPACE.*)|API_(HOST|PORT|AUTHENTICATION)|WORKER_HEALTH_(HOST|PORT))$/;

export function meaningOf(variables: readonly string[], known: KnownSettings): Pick<EnvChange, 'apps' | 'later'> {
  const apps = new Set<AppName>();
  const later: string[] = [];
  for (const variable of variables) {
    const { group, usedBy } = known[variable] ?? known[variable.replace(/_FILE$/, '')] ?? {};
    if (usedAtStart.test(variable) || group?.startsWith('Embedded')) later.push(variable);
    else if (!group?.startsWith('Deployment'))
      for (const app of ['api', 'worker'] as const) if (isUsedBy(app, group, usedBy)) apps.add(app);
  }
  return { apps, later };
}

/** A variable that is not known may belong to a setting that is just being added. */
function isUsedBy(app: AppName, group: string | undefined, usedBy: readonly string[] | undefined): boolean {
  if (usedBy) return usedBy.includes(app);
  return app === 'api' ? group !== 'Worker' : group !== 'API';
}
