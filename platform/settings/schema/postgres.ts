import { ports } from '../names.js';
import type { SettingSchema } from '../setting.js';
import { count, fromProduct, host, milliseconds, path, port } from './types.js';

/** How PostgreSQL is reached. */
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
} as const satisfies Record<string, SettingSchema>;
