import { type ProcessName, ports, services } from '../platform/settings/names.js';
import type { SettingGroup, SettingSchema } from '../platform/settings/setting.js';
import type { Settings } from '../platform/settings/settings.js';
import { type SettingName, settingsSchema } from '../platform/settings/settings-schema.js';

/** Folder in each container where its secrets are mounted. */
export const secretsFolder = '/run/secrets';

/** A program of the app that runs in its own container. */
export type AppRole = ProcessName;

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

/** Passed on as the user who deploys has set them. */
const passed = [
  ...[
    'ATLAS_STAGE',
    'LOG_LEVEL',
    'API_AUTHENTICATION',
    'API_ALLOWED_HOSTS',
    'API_CORS_ORIGINS',
    'API_CALLER_RATE_LIMIT',
  ],
  ...['API_ADDRESS_RATE_LIMIT', 'API_EVENT_STREAMS', 'API_BODY_LIMIT_BYTES', 'API_HEADERS_TIMEOUT_MS'],
  ...[
    'API_OIDC_ISSUER',
    'API_OIDC_AUDIENCE',
    'API_OIDC_JWKS_URL',
    'API_OIDC_ALGORITHMS',
    'API_OIDC_CLOCK_SKEW_SECONDS',
  ],
  ...['API_OIDC_CALLER_CLAIM', 'API_OIDC_SCOPES_CLAIM', 'API_OIDC_SCOPES'],
  ...['API_REQUEST_TIMEOUT_MS', 'API_SHUTDOWN_DELAY_MS', 'API_SHUTDOWN_GRACE_MS', 'RUNS_BACKLOG_LIMIT'],
  ...['RUNS_LEASE_MS', 'RUNS_DISPATCH_CONCURRENCY', 'RUNS_TAKEOVER_PER_SECOND', 'RUNS_RECONCILE_INTERVAL_MS'],
  ...[
    'RUNS_RECONCILE_CALLS_PER_SECOND',
    'RUNS_CHECK_INTERVAL_MS',
    'RUNS_RETENTION_DAYS',
    'RUNS_KEY_RETENTION_HOURS',
    'RUNS_AUDIT_RETENTION_DAYS',
  ],
  ...['RUNS_PURGE_INTERVAL_MINUTES', 'POSTGRES_DB', 'POSTGRES_USER', 'POSTGRES_POOL_MAX'],
  ...['POSTGRES_CONNECT_TIMEOUT_MS', 'POSTGRES_STATEMENT_TIMEOUT_MS', 'POSTGRES_STARTUP_TIMEOUT_MS'],
  ...['TEMPORAL_NAMESPACE', 'TEMPORAL_CALL_TIMEOUT_MS', 'WORKER_TASK_QUEUES', 'WORKER_WORKFLOW_SLOTS'],
  ...['WORKER_WORKFLOW_CACHE', 'WORKER_ACTIVITY_SLOTS', 'WORKER_WORKFLOW_POLLERS', 'WORKER_ACTIVITY_POLLERS'],
  'WORKER_SHUTDOWN_GRACE_MS',
] as const satisfies readonly ContainerSetting[];

/** Without a meaning in a container. */
const unused = [
  ...['ATLAS_ENV_FILE', 'WORKER_BUNDLE_CACHE_DIR'],
  // The stage's PostgreSQL and Temporal are reached inside its network, without TLS.
  ...['POSTGRES_TLS_MODE', 'POSTGRES_TLS_CA_PATH', 'TEMPORAL_API_KEY', 'TEMPORAL_TLS', 'TEMPORAL_TLS_SERVER_NAME'],
  ...['TEMPORAL_TLS_SERVER_CA_CERT_PATH', 'TEMPORAL_TLS_SERVER_CA_CERT_DATA', 'TEMPORAL_TLS_CLIENT_CERT_PATH'],
  ...['TEMPORAL_TLS_CLIENT_CERT_DATA', 'TEMPORAL_TLS_CLIENT_KEY_PATH', 'TEMPORAL_TLS_CLIENT_KEY_DATA'],
  // The namespace job creates the namespace before the app starts.
  ...['TEMPORAL_NAMESPACE_CREATE', 'TEMPORAL_NAMESPACE_RETENTION_DAYS'],
] as const satisfies readonly ContainerSetting[];

/**
 * Fixed in a deployment, such as hosts and ports inside its network (`.env` has those of this machine), and paths of secrets. Does not
 * compile until each setting of the groups is in one of the three lists.
 */
const fixed: Readonly<Record<Exclude<ContainerSetting, (typeof passed | typeof unused)[number]>, string>> = {
  LOG_FORMAT: 'json',
  API_HOST: '0.0.0.0',
  API_PORT: String(ports.api),
  // Only the stage's own proxy reaches the API.
  API_TRUSTED_PROXIES: '1',
  POSTGRES_HOST: services.postgres,
  POSTGRES_PORT: String(ports.postgres),
  POSTGRES_PASSWORD: `${secretsFolder}/postgres-password`,
  TEMPORAL_ADDRESS: `${services.temporal}:${ports.temporal}`,
  WORKER_HEALTH_HOST: '0.0.0.0',
  WORKER_HEALTH_PORT: String(ports.workerHealth),
  WORKER_BUNDLE_PATH: 'dist/workflow-bundle.js',
};

/** The settings of a deployment. The stage has its own PostgreSQL password, in a file. */
export type DeploySettings = Omit<Settings, 'POSTGRES_PASSWORD'>;

/** What a deployed API requires of each call. It always requires credentials, because other machines can reach it. */
export const stageAuthentication = ({ API_AUTHENTICATION: given }: Pick<DeploySettings, 'API_AUTHENTICATION'>) =>
  given === 'none' ? 'keys' : given;

/** The environment variables of a container of the app. Contains no secrets, only paths of files with secrets. */
export function containerEnvironment(
  role: AppRole,
  settings: Omit<DeploySettings, 'PG_CONN_STR'>,
): Readonly<Record<string, string>> {
  const values: Readonly<Record<string, unknown>> = {
    ...Object.fromEntries(passed.map((name) => [name, settings[name]])),
    ...fixed,
    API_AUTHENTICATION: stageAuthentication(settings),
  };
  return Object.fromEntries(
    Object.entries<SettingSchema>(settingsSchema)
      .filter(([name, { group }]) => values[name] !== undefined && groups[role].some((it) => it === group))
      .map(([name, { secret }]) => [secret ? `${name}_FILE` : name, String(values[name])]),
  );
}
