import { ports } from '../names.js';
import type { SettingSchema } from '../setting.js';
import { host, milliseconds, port } from './types.js';

/** Settings of the API. */
export const apiSettings = {
  API_HOST: { ...host, default: '127.0.0.1', group: 'API', description: 'Address the API listens on' },
  API_PORT: { ...port, default: ports.api, group: 'API', description: 'Port of the API' },
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
} as const satisfies Record<string, SettingSchema>;
