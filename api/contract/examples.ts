import type { RunFailure } from '../../runs/run.js';
import type { RunHistory } from '../../runs/run-history.js';
import type { RunResource } from '../run-resource.js';

export const exampleRunId = '0199a2c4-7b1e-7c3a-9d51-2f6c8e4b7a10';

const failure: RunFailure = {
  code: 'card-declined',
  message: 'The card was declined',
  activity: 'chargeCard',
  attempt: 3,
};

const accepted = {
  id: exampleRunId,
  caller: 'web-shop',
  createdAt: '2026-01-31T08:00:00.000Z',
  updatedAt: '2026-01-31T08:00:00.000Z',
};

function links(workflow: string, isOpen: boolean): RunResource['links'] {
  const self = `/v1/runs/${exampleRunId}`;
  return {
    self,
    workflow: `/v1/workflows/${workflow}`,
    history: `${self}/history`,
    events: `${self}/events`,
    ...(isOpen && { cancel: `${self}/cancel`, terminate: `${self}/terminate` }),
  };
}

/** A run right after it was accepted. */
export const pendingRun = (workflow: string, input: unknown): RunResource => ({
  ...accepted,
  workflow,
  status: 'pending',
  input,
  result: null,
  failure: null,
  workflowId: `${workflow}-${exampleRunId}`,
  temporalRunId: null,
  startedAt: null,
  endedAt: null,
  links: links(workflow, true),
});

const started = { temporalRunId: '7d0f2a52-5a0e-4a6b-a8d5-f7f6e6f1a001', startedAt: '2026-01-31T08:00:00.020Z' };
const ended = { updatedAt: '2026-01-31T08:00:00.310Z', endedAt: '2026-01-31T08:00:00.300Z' };

export const completedRun = (workflow: string, input: unknown, result: unknown): RunResource => ({
  ...pendingRun(workflow, input),
  ...started,
  ...ended,
  status: 'completed',
  result,
  links: links(workflow, false),
});

export const failedRun = (workflow: string, input: unknown): RunResource => ({
  ...pendingRun(workflow, input),
  ...started,
  ...ended,
  status: 'failed',
  failure,
  links: links(workflow, false),
});

export const historyExample: RunHistory = {
  steps: [
    {
      kind: 'activity',
      name: 'chargeCard',
      status: 'completed',
      attempts: 2,
      scheduledAt: '2026-01-31T08:00:00.040Z',
      startedAt: '2026-01-31T08:00:01.050Z',
      endedAt: '2026-01-31T08:00:01.120Z',
      durationMs: null,
      failure: { code: 'bank-unavailable', message: 'The bank does not answer' },
    },
    {
      kind: 'timer',
      name: null,
      status: 'running',
      attempts: null,
      scheduledAt: '2026-01-31T08:00:01.140Z',
      startedAt: '2026-01-31T08:00:01.140Z',
      endedAt: null,
      durationMs: 86_400_000,
      failure: null,
    },
  ],
  truncated: false,
};
