import { services } from '../config/names.js';
import type { Settings } from '../config/settings.js';
import { type SettingName, settingsSchema } from '../config/settings-schema.js';

/** Where a container of the app gets a setting from. */
type Source =
  /** What whoever deploys has set, for `npm start` as for a stage. */
  | 'settings'
  /** The deployment itself: hosts and ports inside its network, whatever `.env` says for this machine. */
  | { readonly value: string }
  /** A file that only this container can read, as `<NAME>_FILE`. */
  | { readonly secretFile: string }
  /** It means nothing in a container. */
  | 'unused';

/** Folder in which the files of a container's secrets are mounted. */
export const secretsFolder = '/run/secrets';

const everywhere = '0.0.0.0';
const fileOf = (name: string) => ({ secretFile: `${secretsFolder}/${name}` });

/** A setting that is new in the schema does not compile until it has its place here. */
const sources: Readonly<Record<SettingName, Source>> = {
  ATLAS_STAGE: 'settings',
  ATLAS_ENV_FILE: 'unused',
  LOG_LEVEL: 'settings',
  LOG_FORMAT: { value: 'json' },
  API_HOST: { value: everywhere },
  API_PORT: { value: String(settingsSchema.API_PORT.default) },
  API_BODY_LIMIT_BYTES: 'settings',
  API_HEADERS_TIMEOUT_MS: 'settings',
  API_REQUEST_TIMEOUT_MS: 'settings',
  API_SHUTDOWN_DELAY_MS: 'settings',
  API_SHUTDOWN_GRACE_MS: 'settings',
  POSTGRES_HOST: { value: services.postgres },
  POSTGRES_PORT: { value: String(settingsSchema.POSTGRES_PORT.default) },
  POSTGRES_DB: 'settings',
  POSTGRES_USER: 'settings',
  POSTGRES_PASSWORD: fileOf('postgres-password'),
  // As with Temporal below, the stage's own is reached inside its network.
  POSTGRES_TLS_MODE: 'unused',
  POSTGRES_TLS_CA_PATH: 'unused',
  POSTGRES_POOL_MAX: 'settings',
  POSTGRES_CONNECT_TIMEOUT_MS: 'settings',
  POSTGRES_STATEMENT_TIMEOUT_MS: 'settings',
  POSTGRES_STARTUP_TIMEOUT_MS: 'settings',
  TEMPORAL_ADDRESS: { value: `${services.temporal}:7233` },
  TEMPORAL_NAMESPACE: 'settings',
  TEMPORAL_NAMESPACE_CREATE: 'settings',
  TEMPORAL_NAMESPACE_RETENTION_DAYS: 'settings',
  // The stage's own Temporal is reached inside its network, in plain.
  TEMPORAL_API_KEY: 'unused',
  TEMPORAL_TLS: 'unused',
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: 'unused',
  TEMPORAL_TLS_SERVER_CA_CERT_DATA: 'unused',
  TEMPORAL_TLS_CLIENT_CERT_PATH: 'unused',
  TEMPORAL_TLS_CLIENT_CERT_DATA: 'unused',
  TEMPORAL_TLS_CLIENT_KEY_PATH: 'unused',
  TEMPORAL_TLS_CLIENT_KEY_DATA: 'unused',
  TEMPORAL_TLS_SERVER_NAME: 'unused',
  TEMPORAL_CALL_TIMEOUT_MS: 'settings',
  WORKER_TASK_QUEUES: 'settings',
  WORKER_HEALTH_HOST: { value: everywhere },
  WORKER_HEALTH_PORT: { value: String(settingsSchema.WORKER_HEALTH_PORT.default) },
  WORKER_WORKFLOW_SLOTS: 'settings',
  WORKER_WORKFLOW_CACHE: 'settings',
  WORKER_ACTIVITY_SLOTS: 'settings',
  WORKER_WORKFLOW_POLLERS: 'settings',
  WORKER_ACTIVITY_POLLERS: 'settings',
  WORKER_SHUTDOWN_GRACE_MS: 'settings',
  WORKER_BUNDLE_PATH: { value: 'dist/workflow-bundle.js' },
  WORKER_BUNDLE_CACHE_DIR: 'unused',
  ATLAS_DATA_DIR: 'unused',
  TEMPORAL_CLI_PATH: 'unused',
  TEMPORAL_UI_PORT: 'unused',
};

/** The environment of the app's containers, as Docker takes it. Holds no secret: only the paths of the files that do. */
export function containerEnvironment(settings: Omit<Settings, 'POSTGRES_PASSWORD'>): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, source] of Object.entries(sources)) {
    if (source === 'unused') continue;
    if (source === 'settings') {
      const value = (settings as Readonly<Record<string, unknown>>)[name];
      if (value !== undefined) environment[name] = String(value);
    } else if ('value' in source) environment[name] = source.value;
    else environment[`${name}_FILE`] = source.secretFile;
  }
  return environment;
}
