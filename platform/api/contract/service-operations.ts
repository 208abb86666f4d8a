import { healthPaths } from '../../settings/names.js';
import { ifNoneMatch } from './headers.js';
import { json, operation } from './operation.js';
import { healthReportSchema, livenessSchema, readinessSchema } from './schemas.js';

/** Operations of the contract that are not in `routes/`, plus the OpenAPI document itself. */

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
      details: 'Liveness probe. Checks no dependencies.',
      answers: { 200: json('The process is alive.', livenessSchema, { status: 'ok', ...identity }) },
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
      details: 'Readiness probe. Fails while a critical component is down and during shutdown.',
      answers: {
        200: json('Ready to serve requests.', readinessSchema, { ...ready, failing: [] }),
        503: json('Not ready.', readinessSchema, { ...down, failing: ['postgres'] }, { headers: ['Retry-After'] }),
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
      summary: 'Get the health report',
      details: `For dashboards. Needs no key. If the API requires keys, a caller without one receives the state of the service and of each
component; a caller with a valid key or token, whatever its scopes, also receives versions, latencies, details and errors. The API
rejects an invalid one. While the API cannot verify it, every caller receives the states only.`,
      answers: {
        200: json('No critical component is down.', healthReportSchema, {
          ...ready,
          ...identity,
          checkedAt,
          components,
        }),
        503: json(
          'A critical component is down.',
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
        200: json('The OpenAPI 3.1 document.', documentSchema, { openapi: '3.1.1', paths: {} }, { headers: ['ETag'] }),
        304: { description: 'The document has not changed.', headers: ['ETag'] },
      },
      problems: [],
    },
  ],
});
