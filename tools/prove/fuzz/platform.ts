import { product } from '../../../config/product.js';
import { makeToken, readToken } from '../../../platform/auth/api-key.js';
import { createApiKeysRepository } from '../../../platform/database/api-keys-repository.js';
import { createDatabase, type DatabaseSettings } from '../../../platform/database/connection.js';
import { testValues } from '../../../platform/settings/process-environment.js';
import { projectRoot } from '../../../platform/settings/project.js';
import { readSettings } from '../../../platform/settings/settings.js';
import { Screen } from '../../cli/screen.js';
import { portRequests } from '../../start/embedded-settings.js';
import { openRun } from '../../start/open-run.js';
import { startPlatform as startEmbedded } from '../../start/platform.js';
import { planPorts } from '../../start/ports.js';

/** The whole platform as `npm start` runs it, with API keys. */
export interface Platform {
  /** Base URL of the API. */
  readonly url: string;
  /** Tokens of two callers, each with access to its own runs only. */
  readonly tokens: readonly [string, string];
  /** Temporary folder; `stop` removes it. */
  readonly folder: string;
  readonly logs: string;
  /** Stops all processes and removes data and logs. */
  stop(): Promise<void>;
}

const environment = {
  ...testValues(product.settings),
  ATLAS_ENV_FILE: '/dev/null',
  POSTGRES_PASSWORD: 'made-up-too',
  // Away from the ports of the platform and of other tests; busy ports move to the next free one.
  POSTGRES_PORT: '24432',
  TEMPORAL_ADDRESS: '127.0.0.1:24733',
  TEMPORAL_UI_PORT: '24833',
  API_PORT: '24300',
  WORKER_HEALTH_PORT: '24320',
  API_AUTHENTICATION: 'keys',
  // The fuzzer exceeds any rate limit.
  API_CALLER_RATE_LIMIT: '0',
  API_ADDRESS_RATE_LIMIT: '0',
} as const;

/** Starts the platform on free ports. It always stops with this process. */
export async function startPlatform(signal: AbortSignal): Promise<Platform> {
  const { PATH = '/usr/bin:/bin', TEMPORAL_CLI_PATH } = process.env;
  const env = { ...environment, PATH, ...(TEMPORAL_CLI_PATH && { TEMPORAL_CLI_PATH }) };
  const { settings } = readSettings(product, env);
  const plan = await planPorts(portRequests(settings, {}));
  const run = await openRun({ projectRoot, folder: undefined, ephemeral: true });
  const stop = async () => {
    await run.supervisor.stopAll();
    plan.release();
  };
  try {
    const screen = new Screen({ write: () => undefined }, {});
    const { apps } = await startEmbedded({ settings, env: process.env, appEnv: env, run, plan, screen, signal });
    const tokens = await makeKeys({ ...settings, POSTGRES_PORT: plan.ports.postgres });
    return { url: apps.api.url, tokens, folder: run.data.root, logs: run.data.logs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function makeKeys(settings: DatabaseSettings): Promise<[string, string]> {
  const sequelize = createDatabase(settings, { applicationName: 'fuzz' });
  const keys = createApiKeysRepository(sequelize);
  const makeKey = async (name: string): Promise<string> => {
    const token = makeToken(product);
    const credential = readToken(token);
    if (!credential) throw new Error('A new token is invalid');
    await keys.create({ ...credential, name, scopes: ['runs:read', 'runs:write'] }, 'fuzz');
    return token;
  };
  try {
    return [await makeKey('ada'), await makeKey('grace')];
  } finally {
    await sequelize.close();
  }
}
