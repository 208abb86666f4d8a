import { ports, services } from '../platform/settings/names.js';
import type { SettingGroup } from '../platform/settings/setting.js';
import type { Settings } from '../platform/settings/settings.js';
import { type SettingName, settingsSchema } from '../platform/settings/settings-schema.js';

/** Where a container of the app gets the value of a setting. */
type Source =
  /** The settings of the user who deploys, the same as for `npm start`. */
  | 'settings'
  /** Fixed in a deployment, such as hosts and ports inside its network: `.env` has those of this machine. */
  | { readonly value: string }
  /** A mounted file, passed as `<NAME>_FILE`. */
  | { readonly secretFile: string }
  /** Has no meaning in a container. */
  | 'unused';

/** Folder in each container where its secrets are mounted. */
export const secretsFolder = '/run/secrets';

const everywhere = '0.0.0.0';

/** A program of the app that runs in its own container. */
export type AppRole = 'api' | 'worker' | 'migrate';

/** The settings that each role reads: a change of others must not replace its containers. */
const groups = {
  api: ['General', 'API', 'Runs', 'PostgreSQL', 'Temporal'],
  worker: ['General', 'Runs', 'PostgreSQL', 'Temporal', 'Worker'],
  migrate: ['General', 'PostgreSQL'],
} as const satisfies Readonly<Record<AppRole, readonly SettingGroup[]>>;
type ContainerGroup = (typeof groups)[AppRole][number];

type ContainerSetting = {
  [N in SettingName]: (typeof settingsSchema)[N]['group'] extends ContainerGroup ? N : never;
}[SettingName];

/** A new setting of these groups does not compile until it has a source here. */
const sources: Readonly<Record<ContainerSetting, Source>> = {
  ATLAS_STAGE: 'settings',
  ATLAS_ENV_FILE: 'unused',
  LOG_LEVEL: 'settings',
  LOG_FORMAT: { value: 'json' },
  API_HOST: { value: everywhere },
  API_PORT: { value: String(ports.api) },
  API_AUTHENTICATION: { value: 'keys' },
  API_ALLOWED_HOSTS: 'settings',
  API_CORS_ORIGINS: 'settings',
  // Only the stage's own proxy reaches the API.
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
  POSTGRES_PASSWORD: { secretFile: `${secretsFolder}/postgres-password` },
  // The stage's PostgreSQL is reached inside its network, without TLS.
  POSTGRES_TLS_MODE: 'unused',
  POSTGRES_TLS_CA_PATH: 'unused',
  POSTGRES_POOL_MAX: 'settings',
  POSTGRES_CONNECT_TIMEOUT_MS: 'settings',
  POSTGRES_STATEMENT_TIMEOUT_MS: 'settings',
  POSTGRES_STARTUP_TIMEOUT_MS: 'settings',
  TEMPORAL_ADDRESS: { value: `${services.temporal}:${ports.temporal}` },
  TEMPORAL_NAMESPACE: 'settings',
  // The namespace job creates it before the app starts.
  TEMPORAL_NAMESPACE_CREATE: 'unused',
  TEMPORAL_NAMESPACE_RETENTION_DAYS: 'unused',
  // The stage's Temporal is reached inside its network, without TLS.
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
};

/** The settings of a deployment. The stage has its own PostgreSQL password, in a file. */
export type DeploySettings = Omit<Settings, 'POSTGRES_PASSWORD'>;

/** The environment variables of a container of the app. Contains no secrets, only paths of files with secrets. */
export function containerEnvironment(
  role: AppRole,
  settings: Omit<DeploySettings, 'PG_CONN_STR'>,
): Readonly<Record<string, string>> {
  const environment: Record<string, string> = {};
  for (const [name, source] of Object.entries(sources)) {
    const { group } = settingsSchema[name as ContainerSetting];
    if (source === 'unused' || !(groups[role] as readonly SettingGroup[]).includes(group)) continue;
    if (source === 'settings') {
      const value = (settings as Readonly<Record<string, unknown>>)[name];
      if (value !== undefined) environment[name] = String(value);
    } else if ('value' in source) environment[name] = source.value;
    else environment[`${name}_FILE`] = source.secretFile;
  }
  return environment;
}
