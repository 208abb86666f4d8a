import { ports, services } from '../platform/settings/names.js';
import type { SettingGroup } from '../platform/settings/setting.js';
import type { Settings } from '../platform/settings/settings.js';
import { type SettingName, settingsSchema } from '../platform/settings/settings-schema.js';

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
  API_PORT: { value: String(ports.api) },
  API_AUTHENTICATION: { value: 'keys' },
  API_ALLOWED_HOSTS: 'settings',
  API_CORS_ORIGINS: 'settings',
  // The stage's own proxy, which alone reaches the API.
  API_TRUSTED_PROXIES: { value: '1' },
  API_CALLER_RATE_LIMIT: 'settings',
  API_ADDRESS_RATE_LIMIT: 'settings',
  API_EVENT_STREAMS: 'settings',
  API_BODY_LIMIT_BYTES: 'settings',
  API_HEADERS_TIMEOUT_MS: 'settings',
  API_REQUEST_TIMEOUT_MS: 'settings',
  API_SHUTDOWN_DELAY_MS: 'settings',
  API_SHUTDOWN_GRACE_MS: 'settings',
  RUNS_BACKLOG_LIMIT: 'settings',
  RUNS_LEASE_MS: 'settings',
  RUNS_DISPATCH_CONCURRENCY: 'settings',
  RUNS_TAKEOVER_PER_SECOND: 'settings',
  RUNS_RECONCILE_INTERVAL_MS: 'settings',
  RUNS_CHECK_INTERVAL_MS: 'settings',
  RUNS_RETENTION_DAYS: 'settings',
  RUNS_KEY_RETENTION_HOURS: 'settings',
  RUNS_AUDIT_RETENTION_DAYS: 'settings',
  RUNS_PURGE_INTERVAL_MINUTES: 'settings',
  POSTGRES_HOST: { value: services.postgres },
  POSTGRES_PORT: { value: String(ports.postgres) },
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
  TEMPORAL_ADDRESS: { value: `${services.temporal}:${ports.temporal}` },
  TEMPORAL_NAMESPACE: 'settings',
  // The namespace job has made it before anything of the app starts.
  TEMPORAL_NAMESPACE_CREATE: 'unused',
  TEMPORAL_NAMESPACE_RETENTION_DAYS: 'unused',
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
  WORKER_HEALTH_PORT: { value: String(ports.workerHealth) },
  WORKER_WORKFLOW_SLOTS: 'settings',
  WORKER_WORKFLOW_CACHE: 'settings',
  WORKER_ACTIVITY_SLOTS: 'settings',
  WORKER_WORKFLOW_POLLERS: 'settings',
  WORKER_ACTIVITY_POLLERS: 'settings',
  WORKER_SHUTDOWN_GRACE_MS: 'settings',
  WORKER_BUNDLE_PATH: { value: 'dist/workflow-bundle.js' },
  WORKER_BUNDLE_CACHE_DIR: 'unused',
  // What surrounds the containers is of no use inside them.
  ATLAS_STAGE_KIND: 'unused',
  ATLAS_STAGES_DIR: 'unused',
  ATLAS_DATA_REMOVAL: 'unused',
  ATLAS_ALLOW_DATA_REMOVAL: 'unused',
  ATLAS_STATE_BACKEND: 'unused',
  PG_CONN_STR: 'unused',
  DEPLOY_BIND_ADDRESS: 'unused',
  DEPLOY_API_PORT: 'unused',
  DEPLOY_UI_PORT: 'unused',
  DEPLOY_UI_BIND_ADDRESS: 'unused',
  DEPLOY_UI_USER: 'unused',
  DEPLOY_UI_PASSWORD: 'unused',
  DEPLOY_POSTGRES_PORT: 'unused',
  DEPLOY_POSTGRES_BIND_ADDRESS: 'unused',
  DEPLOY_EXPOSE_POSTGRES_WITHOUT_TLS: 'unused',
  DEPLOY_TEMPORAL_PORT: 'unused',
  DEPLOY_TEMPORAL_BIND_ADDRESS: 'unused',
  DEPLOY_EXPOSE_TEMPORAL_WITHOUT_LOGIN: 'unused',
  DEPLOY_API_REPLICAS: 'unused',
  DEPLOY_WORKERS_PER_QUEUE: 'unused',
  ATLAS_DATA_DIR: 'unused',
  TEMPORAL_CLI_PATH: 'unused',
  TEMPORAL_UI_PORT: 'unused',
};

/** What of the app runs in a container of its own. */
export type AppRole = 'api' | 'worker' | 'migrate';

/** What each of them reads: a container is replaced when one of these changes, and not for another's sake. */
const groups: Readonly<Record<AppRole, readonly SettingGroup[]>> = {
  api: ['General', 'API', 'Runs', 'PostgreSQL', 'Temporal'],
  worker: ['General', 'Runs', 'PostgreSQL', 'Temporal', 'Worker'],
  migrate: ['General', 'PostgreSQL'],
};

/** The settings as the deployment reads them: the password is the stage's own, in a file, whatever `.env` holds for this machine. */
export type DeploySettings = Omit<Settings, 'POSTGRES_PASSWORD'>;

/** The environment of the app's containers, as Docker takes it. Holds no secret: only the paths of the files that do. */
export function containerEnvironment(
  role: AppRole,
  settings: Omit<DeploySettings, 'PG_CONN_STR'>,
): Readonly<Record<string, string>> {
  const environment: Record<string, string> = {};
  for (const [name, source] of Object.entries(sources)) {
    const { group } = settingsSchema[name as SettingName];
    if (source === 'unused' || !groups[role].includes(group)) continue;
    if (source === 'settings') {
      const value = (settings as Readonly<Record<string, unknown>>)[name];
      if (value !== undefined) environment[name] = String(value);
    } else if ('value' in source) environment[name] = source.value;
    else environment[`${name}_FILE`] = source.secretFile;
  }
  return environment;
}
