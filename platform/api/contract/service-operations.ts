import { healthPaths } from '../../settings/names.js';
import { ifNoneMatch } from './headers.js';
import { json, operation } from './operation.js';
import { healthReportSchema, livenessSchema, readinessSchema } from './schemas.js';

/** What is served by others than the routes of the API, and is part of its contract all the same. */

const identity = { service: 'api', version: '0.1.0', uptimeSeconds: 3600 };
const ready = { status: 'ok', ready: true, shuttingDown: false };
const down = { status: 'down', ready: false, shuttingDown: false };
const components = { postgres: { state: 'ok', critical: true, latencyMs: 1.2, version: '17.11' } };
const documentSchema = {
  type: 'object',
  properties: { openapi: { type: 'string' }, paths: { type: 'object' } },
  required: ['openapi', 'paths'],
  additionalProperties: true,
} as const;
const checkedAt = '2026-01-31T08:00:00.000Z';

export const liveness = operation({
  method: 'get',
  path: healthPaths.live,
  tag: 'health',
  scope: 'public',
  query: {},
  describe: () => [
    {
      id: 'getLiveness',
      summary: 'Check liveness',
      answers: { 200: json('The process is alive', livenessSchema, { status: 'ok', ...identity }) },
      problems: [],
    },
  ],
});

export const readiness = operation({
  method: 'get',
  path: healthPaths.ready,
  tag: 'health',
  scope: 'public',
  query: {},
  describe: () => [
    {
      id: 'getReadiness',
      summary: 'Check readiness',
      answers: {
        200: json('Ready to serve requests', readinessSchema, { ...ready, failing: [] }),
        503: json('Not ready', readinessSchema, { ...down, failing: ['postgres'] }, { headers: ['Retry-After'] }),
      },
      problems: [],
    },
  ],
});

export const healthReport = operation({
  method: 'get',
  path: healthPaths.report,
  tag: 'health',
  scope: 'optional',
  query: {},
  describe: () => [
    {
      id: 'getHealth',
      summary: 'Get the health report, for people and dashboards',
      details: `Needs no key. Where the API requires keys, a caller without one receives the state of the service and of each component;
a caller with a valid key, whatever its scopes, also receives versions, latencies, details and errors. An invalid key is rejected. While
PostgreSQL is unavailable, keys cannot be verified, and every caller receives the states.`,
      answers: {
        200: json('Nothing critical is down', healthReportSchema, { ...ready, ...identity, checkedAt, components }),
        503: json(
          'Something critical is down',
          healthReportSchema,
          {
            ...down,
            ...identity,
            checkedAt,
            components: { postgres: { ...components.postgres, state: 'down' } },
          },
          { headers: ['Retry-After'] },
        ),
      },
      problems: ['unauthenticated'],
    },
  ],
});

export const contractDocument = operation({
  method: 'get',
  path: '/openapi.json',
  tag: 'contract',
  scope: 'public',
  query: {},
  headers: ifNoneMatch,
  describe: () => [
    {
      id: 'getContract',
      summary: 'Get the OpenAPI document',
      answers: {
        200: json('OpenAPI 3.1', documentSchema, { openapi: '3.1.1', paths: {} }, { headers: ['ETag'] }),
        304: { description: 'It is as the caller knows it', headers: ['ETag'] },
      },
      problems: [],
    },
  ],
});
