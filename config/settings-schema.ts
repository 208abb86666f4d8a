import { taskQueueNames } from './names.js';
import type { SettingSchema } from './setting.js';

/** Node's timers and PostgreSQL's timeouts both take a signed 32-bit number of milliseconds; a day is more than any here needs. */
const milliseconds = { type: 'integer', minimum: 1, maximum: 86_400_000 } as const;
const port = { type: 'integer', minimum: 1, maximum: 65_535 } as const;
const host = { type: 'string', pattern: '^[A-Za-z0-9._:-]+$' } as const;
const count = { type: 'integer', minimum: 1, maximum: 10_000 } as const;
const path = { type: 'string', minLength: 1 } as const;

export const settingsSchema = {
  ATLAS_STAGE: {
    type: 'string',
    pattern: '^[a-z][a-z0-9-]{0,19}$',
    default: 'dev',
    group: 'General',
    description: 'Name of the stage: lower-case letters, digits and hyphens, at most 20',
  },
  ATLAS_ENV_FILE: {
    ...path,
    group: 'General',
    description: "File with more variables, in the form of `.env`; the clone's `.env`, if it is there, when not set",
  },
  LOG_LEVEL: {
    type: 'string',
    enum: ['fatal', 'error', 'warn', 'info', 'debug', 'trace'],
    default: 'info',
    group: 'General',
    description: 'Least severe level that is logged',
  },
  LOG_FORMAT: {
    type: 'string',
    enum: ['auto', 'json', 'pretty'],
    default: 'auto',
    group: 'General',
    description: 'auto writes readable lines on a terminal and JSON on a pipe',
  },

  API_HOST: { ...host, default: '127.0.0.1', group: 'API', description: 'Address the API listens on' },
  API_PORT: { ...port, default: 3000, group: 'API', description: 'Port of the API' },
  API_BODY_LIMIT_BYTES: {
    type: 'integer',
    minimum: 1024,
    maximum: 1_572_864,
    default: 1_048_576,
    group: 'API',
    description: 'Largest request body, in bytes; the maximum lies below the 2 MB that Temporal accepts as a payload',
  },
  API_HEADERS_TIMEOUT_MS: {
    ...milliseconds,
    default: 10_000,
    group: 'API',
    description: 'Time a client has to send its headers, in milliseconds',
  },
  API_REQUEST_TIMEOUT_MS: {
    ...milliseconds,
    default: 30_000,
    group: 'API',
    description: 'Time a client has to send a whole request, in milliseconds',
  },
  API_SHUTDOWN_DELAY_MS: {
    ...milliseconds,
    minimum: 0,
    default: 250,
    group: 'API',
    description:
      'Time the API goes on serving at shutdown while /health/ready already says 503, in milliseconds; behind a load balancer, two intervals of its probes',
  },
  API_SHUTDOWN_GRACE_MS: {
    ...milliseconds,
    default: 5_000,
    group: 'API',
    description: 'Time requests in flight have to end at shutdown, in milliseconds',
  },

  POSTGRES_HOST: { ...host, default: '127.0.0.1', group: 'PostgreSQL', description: 'Host of PostgreSQL' },
  POSTGRES_PORT: { ...port, default: 5432, group: 'PostgreSQL', description: 'Port of PostgreSQL' },
  POSTGRES_DB: {
    type: 'string',
    pattern: '^[A-Za-z_][A-Za-z0-9_.@-]{0,62}$',
    default: 'atlas',
    group: 'PostgreSQL',
    description: 'Name of the database',
  },
  POSTGRES_USER: {
    type: 'string',
    pattern: '^[A-Za-z_][A-Za-z0-9_.@-]{0,62}$',
    default: 'atlas',
    group: 'PostgreSQL',
    description: 'Role that the app connects as',
  },
  POSTGRES_PASSWORD: {
    type: 'string',
    minLength: 1,
    secret: true,
    required: true,
    group: 'PostgreSQL',
    description: 'Password of that role; `npm start` makes one when it is not set',
  },
  POSTGRES_TLS_MODE: {
    type: 'string',
    enum: ['disable', 'require', 'verify-full'],
    default: 'disable',
    group: 'PostgreSQL',
    description: 'TLS towards PostgreSQL, with the meaning that libpq gives these words',
  },
  POSTGRES_TLS_CA_PATH: {
    ...path,
    file: true,
    group: 'PostgreSQL',
    description: "File of the CA that signed the certificate of PostgreSQL (PEM); the system's CAs when not set",
  },
  POSTGRES_POOL_MAX: {
    ...count,
    maximum: 1000,
    default: 10,
    group: 'PostgreSQL',
    description: 'Most connections that one process holds',
  },
  POSTGRES_CONNECT_TIMEOUT_MS: {
    ...milliseconds,
    default: 5_000,
    group: 'PostgreSQL',
    description: 'Time to get a connection, in milliseconds',
  },
  POSTGRES_STATEMENT_TIMEOUT_MS: {
    ...milliseconds,
    default: 5_000,
    group: 'PostgreSQL',
    description: 'Time one statement may take, in milliseconds',
  },
  POSTGRES_STARTUP_TIMEOUT_MS: {
    ...milliseconds,
    default: 60_000,
    group: 'PostgreSQL',
    description: 'Time the first connection is retried while the server starts, in milliseconds',
  },

  TEMPORAL_ADDRESS: {
    type: 'string',
    pattern: '^([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:]+\\]):[0-9]{1,5}$',
    default: '127.0.0.1:7233',
    group: 'Temporal',
    description: "Address of Temporal's frontend, host:port",
  },
  TEMPORAL_NAMESPACE: {
    type: 'string',
    pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$',
    default: 'default',
    group: 'Temporal',
    description: 'Namespace of the workflows',
  },
  TEMPORAL_NAMESPACE_CREATE: {
    type: 'boolean',
    default: false,
    group: 'Temporal',
    description: 'Whether a missing namespace is made',
  },
  TEMPORAL_NAMESPACE_RETENTION_DAYS: {
    type: 'integer',
    minimum: 1,
    maximum: 3650,
    default: 7,
    group: 'Temporal',
    description: 'Time a namespace made here keeps closed workflows, in days',
  },
  TEMPORAL_API_KEY: {
    type: 'string',
    minLength: 1,
    secret: true,
    group: 'Temporal',
    description: 'API key (Temporal Cloud); turns TLS on',
  },
  TEMPORAL_TLS: {
    type: 'boolean',
    default: false,
    group: 'Temporal',
    description: 'TLS towards Temporal; on as well when an API key or any other TLS variable is set',
  },
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: {
    ...path,
    file: true,
    group: 'Temporal',
    description: "File of the CA that signed the server's certificate (PEM); the system's CAs when not set",
  },
  TEMPORAL_TLS_SERVER_CA_CERT_DATA: {
    type: 'string',
    minLength: 1,
    group: 'Temporal',
    description: 'The same as text (PEM)',
  },
  TEMPORAL_TLS_CLIENT_CERT_PATH: {
    ...path,
    file: true,
    group: 'Temporal',
    description: "File of the client's certificate, for mTLS (PEM)",
  },
  TEMPORAL_TLS_CLIENT_CERT_DATA: {
    type: 'string',
    minLength: 1,
    group: 'Temporal',
    description: 'The same as text (PEM)',
  },
  TEMPORAL_TLS_CLIENT_KEY_PATH: {
    ...path,
    file: true,
    group: 'Temporal',
    description: "File of the client's private key, for mTLS (PEM)",
  },
  TEMPORAL_TLS_CLIENT_KEY_DATA: {
    type: 'string',
    minLength: 1,
    secret: true,
    group: 'Temporal',
    description: 'The same as text (PEM)',
  },
  TEMPORAL_TLS_SERVER_NAME: {
    ...host,
    group: 'Temporal',
    description: "Server name (SNI) to ask for and to verify, where it is not the address's host",
  },
  TEMPORAL_CALL_TIMEOUT_MS: {
    ...milliseconds,
    default: 5_000,
    group: 'Temporal',
    description: 'Deadline of each call to Temporal, in milliseconds',
  },

  WORKER_TASK_QUEUES: {
    type: 'array',
    items: { type: 'string', enum: taskQueueNames },
    minItems: 1,
    uniqueItems: true,
    default: taskQueueNames,
    group: 'Worker',
    description: 'Task queues that this worker serves, separated by commas',
  },
  WORKER_HEALTH_HOST: {
    ...host,
    default: '127.0.0.1',
    group: 'Worker',
    description: "Address of the worker's health endpoints",
  },
  WORKER_HEALTH_PORT: { ...port, default: 3001, group: 'Worker', description: "Port of the worker's health endpoints" },
  WORKER_WORKFLOW_SLOTS: {
    ...count,
    minimum: 2,
    default: 40,
    group: 'Worker',
    description: 'Workflow tasks that run at a time',
  },
  WORKER_WORKFLOW_CACHE: {
    ...count,
    minimum: 0,
    default: 600,
    group: 'Worker',
    description: 'Workflows kept in memory between their tasks',
  },
  WORKER_ACTIVITY_SLOTS: { ...count, default: 100, group: 'Worker', description: 'Activities that run at a time' },
  WORKER_WORKFLOW_POLLERS: {
    ...count,
    minimum: 2,
    maximum: 100,
    default: 5,
    group: 'Worker',
    description: 'Polls for workflow tasks that are open at a time',
  },
  WORKER_ACTIVITY_POLLERS: {
    ...count,
    maximum: 100,
    default: 5,
    group: 'Worker',
    description: 'Polls for activities that are open at a time',
  },
  WORKER_SHUTDOWN_GRACE_MS: {
    ...milliseconds,
    default: 5_000,
    group: 'Worker',
    description: 'Time activities have to end at shutdown before they are cancelled, in milliseconds',
  },
  WORKER_BUNDLE_PATH: {
    ...path,
    group: 'Worker',
    description: 'Prebuilt workflow bundle (`npm run build`); made from the sources at start when not set',
  },

  WORKER_BUNDLE_CACHE_DIR: {
    ...path,
    group: 'Worker',
    description: 'Folder that keeps the bundle made from the sources, so that it is made anew only when they change',
  },

  ATLAS_DATA_DIR: {
    ...path,
    group: 'Embedded (npm start)',
    description: 'Folder for data and logs; `.atlas` in the clone when not set',
  },
  TEMPORAL_CLI_PATH: {
    ...path,
    group: 'Embedded (npm start)',
    description: 'Temporal CLI binary to use instead of the one that is found or downloaded',
  },
  TEMPORAL_UI_PORT: { ...port, default: 8233, group: 'Embedded (npm start)', description: "Port of Temporal's UI" },
} as const satisfies Record<string, SettingSchema>;

export type SettingName = keyof typeof settingsSchema;
