import { ports } from '../names.js';
import type { SettingSchema } from '../setting.js';
import { host, milliseconds, path } from './types.js';

/** Settings of the connection to Temporal, with the names of Temporal's environment configuration. */
export const temporalSettings = {
  TEMPORAL_ADDRESS: {
    type: 'string',
    pattern: '^([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:]+\\]):[0-9]{1,5}$',
    canonical: 'endpoint',
    default: `127.0.0.1:${ports.temporal}`,
    group: 'Temporal',
    description: 'Address of the Temporal frontend',
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
    description: 'Whether to create the namespace if it does not exist',
  },
  TEMPORAL_NAMESPACE_RETENTION_DAYS: {
    type: 'integer',
    minimum: 1,
    maximum: 3650,
    default: 7,
    group: 'Temporal',
    description: 'Retention of closed workflows in a created namespace, in days',
  },
  TEMPORAL_API_KEY: {
    type: 'string',
    minLength: 1,
    secret: true,
    group: 'Temporal',
    description: 'API key (Temporal Cloud); enables TLS',
  },
  TEMPORAL_TLS: {
    type: 'boolean',
    default: false,
    group: 'Temporal',
    description: 'Whether to connect with TLS; an API key or any other TLS variable enables it too',
  },
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: {
    ...path,
    file: true,
    group: 'Temporal',
    description: "CA certificate file (PEM) that verifies the server's certificate; by default the system's CAs",
  },
  TEMPORAL_TLS_SERVER_CA_CERT_DATA: {
    type: 'string',
    minLength: 1,
    group: 'Temporal',
    description: 'CA certificate as text (PEM), instead of TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  },
  TEMPORAL_TLS_CLIENT_CERT_PATH: {
    ...path,
    file: true,
    group: 'Temporal',
    description: 'Client certificate file (PEM), for mTLS',
  },
  TEMPORAL_TLS_CLIENT_CERT_DATA: {
    type: 'string',
    minLength: 1,
    group: 'Temporal',
    description: 'Client certificate as text (PEM), instead of TEMPORAL_TLS_CLIENT_CERT_PATH',
  },
  TEMPORAL_TLS_CLIENT_KEY_PATH: {
    ...path,
    file: true,
    group: 'Temporal',
    description: 'Client private key file (PEM), for mTLS',
  },
  TEMPORAL_TLS_CLIENT_KEY_DATA: {
    type: 'string',
    minLength: 1,
    secret: true,
    group: 'Temporal',
    description: 'Client private key as text (PEM), instead of TEMPORAL_TLS_CLIENT_KEY_PATH',
  },
  TEMPORAL_TLS_SERVER_NAME: {
    ...host,
    group: 'Temporal',
    description: 'Server name for SNI and certificate verification; by default the host of TEMPORAL_ADDRESS',
  },
  TEMPORAL_CALL_TIMEOUT_MS: {
    ...milliseconds,
    default: 5_000,
    group: 'Temporal',
    description: 'Timeout for a call to Temporal, in milliseconds',
  },
} as const satisfies Record<string, SettingSchema>;
