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
      'Who may call: whoever has a key (npm run keys), or everybody; the latter only where API_HOST is a loopback address. With npm start it is none unless set, in a deployed stage always keys',
  },
  API_ALLOWED_HOSTS: {
    ...hosts,
    default: [],
    group: 'API',
    description:
      'Host names under which the API may be called, besides localhost; on a loopback address every other one is refused, elsewhere every one is allowed unless some are named',
  },
  API_CORS_ORIGINS: {
    ...origins,
    default: [],
    group: 'API',
    description: 'Origins whose web pages may call the API, such as https://shop.example.com',
  },
  API_TRUSTED_PROXIES: {
    type: 'integer',
    minimum: 0,
    maximum: 10,
    default: 0,
    group: 'API',
    description:
      'How many proxies in front of the API write X-Forwarded-For; 0 when it is not to be believed. In a deployed stage always 1, its own',
  },
  API_CALLER_RATE_LIMIT: {
    ...rate,
    default: 5_000,
    group: 'API',
    description: 'Requests that one caller may send to one API process in 10 seconds; 0 for no limit',
  },
  API_ADDRESS_RATE_LIMIT: {
    ...rate,
    default: 10_000,
    group: 'API',
    description: 'Requests that may come from one address to one API process in 10 seconds; 0 for no limit',
  },
  API_EVENT_STREAMS: {
    ...count,
    default: 2_000,
    group: 'API',
    description: 'Event streams of runs that one API process holds open at a time',
  },
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
