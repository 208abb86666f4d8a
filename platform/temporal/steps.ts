import type { WorkflowExecutionDescription } from '@temporalio/client';
import { optionalTsToDate } from '@temporalio/common/lib/time.js';
import type { RunStep } from '../runs/run-history.js';
import { stepFailureOf } from './outcome.js';
import type { StepChange } from './step-changes.js';

export type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** State of an execution that is not in its history. */
export interface ExecutionState {
  readonly open: boolean;
  /** Attempts in flight are here; they enter the history only when the activity ends. */
  readonly pendingActivities: readonly PendingActivity[];
}

/**
 * The steps of one execution, in the order of `scheduledAt`.
 * @param changes - in the order of their events. Steps that began before the first of them are omitted.
 */
export function stepsOf(changes: readonly StepChange[], { open, pendingActivities }: ExecutionState): RunStep[] {
  const steps = new Map<string, RunStep>();
  const activities = new Map<string, RunStep>();
  for (const { step: id, at, set, activityId } of changes) {
    const step = steps.get(id) ?? begin(set, at);
    if (step === undefined) continue;
    steps.set(id, Object.assign(step, set));
    if (activityId !== undefined) activities.set(activityId, step);
  }
  for (const pending of pendingActivities) {
    const step = activities.get(pending.activityId ?? '');
    if (step && isOpen(step)) Object.assign(step, progressOf(pending));
  }
  for (const step of steps.values()) {
    if (!open && isOpen(step)) step.status = 'abandoned';
    // The last start of an activity has its attempts. The history lacks it if the activity ended between two attempts.
    if (step.startedAt === null && !isOpen(step)) step.attempts = null;
    step.durationMs = durationOf(step);
  }
  return [...steps.values()].sort((one, other) => compare(one.scheduledAt, other.scheduledAt));
}

function begin({ kind }: StepChange['set'], scheduledAt: string): RunStep | undefined {
  if (kind === undefined) return undefined;
  return {
    kind,
    name: null,
    status: 'scheduled',
    attempts: null,
    scheduledAt,
    startedAt: null,
    endedAt: null,
    durationMs: null,
    timerMs: null,
    failure: null,
  };
}

/** Kinds with separate events for begin and end; the others have a single event. */
const lasting: readonly string[] = [
  'activity',
  'timer',
  'update',
  'child-workflow',
  'outgoing-signal',
  'outgoing-cancel',
];

function durationOf({ kind, scheduledAt, endedAt }: RunStep): number | null {
  if (endedAt === null || !lasting.includes(kind)) return null;
  // The clocks of two hosts of a Temporal cluster may differ.
  return Math.max(0, Date.parse(endedAt) - Date.parse(scheduledAt));
}

const isOpen = ({ status }: RunStep): boolean =>
  status === 'scheduled' || status === 'running' || status === 'retrying';

/** The `PendingActivityState`s without an attempt in flight. */
const waiting: readonly unknown[] = [1, 4]; // scheduled, paused

/** State of an activity in flight; `failure` is that of its last attempt. */
export function progressOf({ state, attempt, lastStartedTime, lastFailure }: PendingActivity): Partial<RunStep> {
  const waits = waiting.includes(state);
  // Temporal counts the next attempt too while the activity waits for it.
  const attempts = (attempt ?? 1) - (waits ? 1 : 0);
  return {
    status: !waits ? 'running' : attempts === 0 ? 'scheduled' : 'retrying',
    attempts,
    startedAt: optionalTsToDate(lastStartedTime)?.toISOString() ?? null,
    ...stepFailureOf(lastFailure),
  };
}

/** ISO 8601 in one time zone sorts as text. */
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
