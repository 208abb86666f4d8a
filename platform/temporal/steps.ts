import type { WorkflowExecutionDescription } from '@temporalio/client';
import { optionalTsToDate } from '@temporalio/common/lib/time.js';
import type { RunStep } from '../runs/run-history.js';
import type { StepChange } from './step-changes.js';
import { stepFailureOf } from './step-failure.js';

export type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** How an execution stands beyond what its history tells. */
export interface ExecutionState {
  /** Whether it has not closed. */
  readonly open: boolean;
  /** Attempts under way enter the history only when the activity ends; until then they stand here. */
  readonly pendingActivities: readonly PendingActivity[];
}

/**
 * The steps of one execution, in the order of `scheduledAt`.
 * @param changes - in the order of their events. One of a step that began before the first of them is left out.
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
    if (step && goesOn(step)) Object.assign(step, progressOf(pending));
  }
  for (const step of steps.values()) {
    if (!open && goesOn(step)) step.status = 'abandoned';
    // Attempts are told with the last start of an activity, which the history leaves out when it ended between two of them.
    if (step.startedAt === null && !goesOn(step)) step.attempts = null;
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

/** Kinds whose begin and end are events of their own; the others are told by one. */
const lasting: ReadonlySet<RunStep['kind']> = new Set<RunStep['kind']>([
  'activity',
  'timer',
  'update',
  'child-workflow',
  'outgoing-signal',
  'outgoing-cancel',
]);

function durationOf({ kind, scheduledAt, endedAt }: RunStep): number | null {
  if (endedAt === null || !lasting.has(kind)) return null;
  // The clocks of two hosts of a Temporal cluster may differ.
  return Math.max(0, Date.parse(endedAt) - Date.parse(scheduledAt));
}

const goesOn = ({ status }: RunStep): boolean =>
  status === 'scheduled' || status === 'running' || status === 'retrying';

/** The `PendingActivityState`s in which no attempt is being made. */
const waiting: readonly unknown[] = [1, 4]; // scheduled, paused

function progressOf({ state, attempt, lastStartedTime, lastFailure }: PendingActivity): Partial<RunStep> {
  const waits = waiting.includes(state);
  // While it waits, Temporal counts the attempt that it waits for.
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
