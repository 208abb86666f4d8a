import { ports } from '../names.js';
import type { SettingSchema } from '../setting.js';
import { host, milliseconds, path } from './types.js';

/** How Temporal is reached, named as in Temporal's own environment configuration. */
export const temporalSettings = {
  TEMPORAL_ADDRESS: {
    type: 'string',
    pattern: '^([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:]+\\]):[0-9]{1,5}$',
    canonical: 'endpoint',
    default: `127.0.0.1:${ports.temporal}`,
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
} as const satisfies Record<string, SettingSchema>;
