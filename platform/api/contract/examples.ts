import type { Run, RunFailure } from '../../runs/run.js';
import type { RunHistory } from '../../runs/run-history.js';
import { workflowIdOf } from '../../runs/workflow-id.js';
import { type RunResource, toRunResource } from '../run-resource.js';

export const exampleRunId = '0199a2c4-7b1e-7c3a-9d51-2f6c8e4b7a10';

const failure: RunFailure = {
  code: 'card-declined',
  message: 'The card was declined',
  activity: 'chargeCard',
  attempt: 3,
};

const time = (text: string) => new Date(`2026-01-31T08:00:0${text}Z`);

const accepted = (workflow: string, input: unknown): Run => ({
  id: exampleRunId,
  workflow,
  status: 'pending',
  caller: 'web-shop',
  input,
  result: null,
  failure: null,
  problems: null,
  workflowId: workflowIdOf(workflow, exampleRunId),
  temporalRunId: null,
  startsAt: null,
  createdAt: time('0'),
  updatedAt: time('0'),
  startedAt: null,
  endedAt: null,
  version: 0,
});

const ended = {
  temporalRunId: '7d0f2a52-5a0e-4a6b-a8d5-f7f6e6f1a001',
  startedAt: time('0.020'),
  updatedAt: time('0.310'),
  endedAt: time('0.300'),
};

/** A run immediately after its acceptance. */
export const pendingRun = (workflow: string, input: unknown): RunResource => toRunResource(accepted(workflow, input));

export const completedRun = (workflow: string, input: unknown, result: unknown): RunResource =>
  toRunResource({ ...accepted(workflow, input), ...ended, status: 'completed', result });

export const failedRun = (workflow: string, input: unknown): RunResource =>
  toRunResource({ ...accepted(workflow, input), ...ended, status: 'failed', failure });

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
      durationMs: 1_080,
      timerMs: null,
      failure: { code: 'bank-unavailable', message: 'The bank is unavailable' },
    },
    {
      kind: 'timer',
      name: null,
      status: 'running',
      attempts: null,
      scheduledAt: '2026-01-31T08:00:01.140Z',
      startedAt: '2026-01-31T08:00:01.140Z',
      endedAt: null,
      durationMs: null,
      timerMs: 86_400_000,
      failure: null,
    },
  ],
  truncated: false,
  problems: [],
};
