import { ports } from '../names.js';
import type { SettingSchema } from '../setting.js';
import { count, host, hosts, milliseconds, origins, port, rate } from './types.js';

/** Settings of the API. */
export const apiSettings = {
  API_HOST: { ...host, default: '127.0.0.1', group: 'API', description: 'Address the API listens on' },
  API_PORT: { ...port, default: ports.api, group: 'API', description: 'Port of the API' },
  API_AUTHENTICATION: {
    type: 'string',
    enum: ['keys', 'none'],
    default: 'keys',
    group: 'API',
    description:
      'keys requires an API key (npm run keys) for each call; none requires nothing and is allowed only if API_HOST is a loopback address. npm start uses none by default; a deployed stage always uses keys',
  },
  API_ALLOWED_HOSTS: {
    ...hosts,
    default: [],
    group: 'API',
    description:
      'Host names that clients may use to call the API, besides localhost. If empty, the API accepts only localhost on a loopback address, and every host name on other addresses',
  },
  API_CORS_ORIGINS: {
    ...origins,
    default: [],
    group: 'API',
    description: 'Origins (CORS) whose web pages may call the API',
  },
  API_TRUSTED_PROXIES: {
    type: 'integer',
    minimum: 0,
    maximum: 10,
    default: 0,
    group: 'API',
    description:
      'Number of proxies in front of the API that set X-Forwarded-For; 0 ignores the header. A deployed stage always uses 1, its own proxy',
  },
  API_CALLER_RATE_LIMIT: {
    ...rate,
    default: 5_000,
    group: 'API',
    description: 'Requests that one API process accepts from one caller in 10 seconds; 0 disables the limit',
  },
  API_ADDRESS_RATE_LIMIT: {
    ...rate,
    default: 10_000,
    group: 'API',
    description: 'Requests that one API process accepts in 10 seconds from one IPv4 address or one IPv6 network (/64); 0 disables the limit',
  },
  API_EVENT_STREAMS: {
    ...count,
    default: 2_000,
    group: 'API',
    description: 'Maximum number of open event streams per API process',
  },
  API_BODY_LIMIT_BYTES: {
    type: 'integer',
    minimum: 1024,
    maximum: 1_572_864,
    default: 1_048_576,
    group: 'API',
    description: 'Maximum size of a request body, in bytes; below the 2 MB that Temporal accepts as a payload',
  },
  API_HEADERS_TIMEOUT_MS: {
    ...milliseconds,
    default: 10_000,
    group: 'API',
    description: 'Timeout for receiving the headers of a request, in milliseconds',
  },
  API_REQUEST_TIMEOUT_MS: {
    ...milliseconds,
    default: 30_000,
    group: 'API',
    description: 'Timeout for receiving a whole request, in milliseconds',
  },
  API_SHUTDOWN_DELAY_MS: {
    ...milliseconds,
    minimum: 0,
    default: 250,
    group: 'API',
    description:
      'Time the API keeps serving at shutdown after /health/ready starts to answer 503, in milliseconds. Behind a load balancer, use two intervals of its health checks',
  },
  API_SHUTDOWN_GRACE_MS: {
    ...milliseconds,
    default: 5_000,
    group: 'API',
    description: 'Time that requests in flight have to finish at shutdown, in milliseconds',
  },
} as const satisfies Record<string, SettingSchema>;
