import { ports } from '../names.js';
import type { SettingSchema } from '../setting.js';
import { count, fromProduct, host, milliseconds, path, port } from './types.js';

/** Settings of the connection to PostgreSQL. */
export const postgresSettings = {
  POSTGRES_HOST: { ...host, default: '127.0.0.1', group: 'PostgreSQL', description: 'Host of PostgreSQL' },
  POSTGRES_PORT: { ...port, default: ports.postgres, group: 'PostgreSQL', description: 'Port of PostgreSQL' },
  POSTGRES_DB: {
    type: 'string',
    pattern: '^[A-Za-z_][A-Za-z0-9_.@-]{0,62}$',
    default: fromProduct,
    group: 'PostgreSQL',
    description: 'Name of the database',
  },
  POSTGRES_USER: {
    type: 'string',
    pattern: '^[A-Za-z_][A-Za-z0-9_.@-]{0,62}$',
    default: fromProduct,
    group: 'PostgreSQL',
    description: 'Role used to connect',
  },
  POSTGRES_PASSWORD: {
    type: 'string',
    minLength: 1,
    secret: true,
    required: true,
    group: 'PostgreSQL',
    description: 'Password of that role; `npm start` generates one by default',
  },
  POSTGRES_TLS_MODE: {
    type: 'string',
    enum: ['disable', 'require', 'verify-full'],
    default: 'disable',
    group: 'PostgreSQL',
    description: 'TLS mode of the connection to PostgreSQL, as sslmode of libpq',
  },
  POSTGRES_TLS_CA_PATH: {
    ...path,
    file: true,
    group: 'PostgreSQL',
    description: "CA certificate file (PEM) that verifies PostgreSQL's certificate; by default the system's CAs",
  },
  POSTGRES_POOL_MAX: {
    ...count,
    maximum: 1000,
    default: 10,
    group: 'PostgreSQL',
    description: 'Maximum number of connections per process',
  },
  POSTGRES_CONNECT_TIMEOUT_MS: {
    ...milliseconds,
    default: 5_000,
    group: 'PostgreSQL',
    description: 'Timeout for getting a connection, in milliseconds',
  },
  POSTGRES_STATEMENT_TIMEOUT_MS: {
    ...milliseconds,
    default: 5_000,
    group: 'PostgreSQL',
    description: 'Timeout for a statement, in milliseconds',
  },
  POSTGRES_STARTUP_TIMEOUT_MS: {
    ...milliseconds,
    default: 60_000,
    group: 'PostgreSQL',
    description: 'Time to keep retrying the first connection at startup, in milliseconds',
  },
} as const satisfies Record<string, SettingSchema>;
