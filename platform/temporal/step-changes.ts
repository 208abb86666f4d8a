import type { History } from '@temporalio/common/lib/proto-utils.js';
import { tsToDate, tsToMs } from '@temporalio/common/lib/time.js';
import type { RunStep } from '../runs/run-history.js';
import { type RecordedFailure, stepFailureOf } from './outcome.js';

export type HistoryEvent = NonNullable<History['events']>[number];

/** The change that one event makes to one step. It contains none of the event's payloads. */
export interface StepChange {
  /** Unique in its execution. */
  readonly step: string;
  /** ISO 8601, in UTC. */
  readonly at: string;
  /** The change that has the `kind` begins the step. */
  readonly set: Partial<Omit<RunStep, 'scheduledAt' | 'durationMs'>>;
  /** Temporal's id of an activity, unique among those that have not ended. */
  readonly activityId?: string;
}

interface When {
  readonly id: string;
  readonly at: string;
}

type Reader<Attributes> = (attributes: Attributes, when: When) => StepChange | undefined;
/** An event has exactly one of these properties, which shows its type. */
type AttributesKey = Extract<keyof HistoryEvent, `${string}EventAttributes`>;

/** The `WorkflowTaskFailedCause` with which the new part of the history begins after a reset. */
const causeReset = 20;

/** Other events, such as those of workflow tasks, belong to no step. */
const readers: { readonly [Key in AttributesKey]?: Reader<NonNullable<HistoryEvent[Key]>> } = {
  activityTaskScheduledEventAttributes: (it, when) => ({
    ...begun('activity', it.activityType?.name, when, { attempts: 0 }),
    activityId: it.activityId ?? '',
  }),
  activityTaskStartedEventAttributes: (it, { at }) =>
    changed(it.scheduledEventId, at, {
      status: 'running',
      startedAt: at,
      attempts: it.attempt ?? 1,
      ...stepFailureOf(it.lastFailure),
    }),
  activityTaskCompletedEventAttributes: (it, { at }) => ended(it.scheduledEventId, at, 'completed'),
  activityTaskFailedEventAttributes: (it, { at }) => ended(it.scheduledEventId, at, 'failed', it.failure),
  activityTaskTimedOutEventAttributes: (it, { at }) => ended(it.scheduledEventId, at, 'timed-out', it.failure),
  activityTaskCanceledEventAttributes: (it, { at }) => ended(it.scheduledEventId, at, 'cancelled'),

  timerStartedEventAttributes: (it, when) =>
    begun('timer', null, when, {
      status: 'running',
      startedAt: when.at,
      timerMs: tsToMs(it.startToFireTimeout),
    }),
  timerFiredEventAttributes: (it, { at }) => ended(it.startedEventId, at, 'completed'),
  timerCanceledEventAttributes: (it, { at }) => ended(it.startedEventId, at, 'cancelled'),

  startChildWorkflowExecutionInitiatedEventAttributes: (it, when) =>
    begun('child-workflow', it.workflowType?.name, when),
  childWorkflowExecutionStartedEventAttributes: (it, { at }) =>
    changed(it.initiatedEventId, at, { status: 'running', startedAt: at }),
  startChildWorkflowExecutionFailedEventAttributes: (it, { at }) => ended(it.initiatedEventId, at, 'failed'),
  childWorkflowExecutionCompletedEventAttributes: (it, { at }) => ended(it.initiatedEventId, at, 'completed'),
  childWorkflowExecutionFailedEventAttributes: (it, { at }) => ended(it.initiatedEventId, at, 'failed', it.failure),
  childWorkflowExecutionTimedOutEventAttributes: (it, { at }) => ended(it.initiatedEventId, at, 'timed-out'),
  childWorkflowExecutionCanceledEventAttributes: (it, { at }) => ended(it.initiatedEventId, at, 'cancelled'),
  childWorkflowExecutionTerminatedEventAttributes: (it, { at }) => ended(it.initiatedEventId, at, 'terminated'),

  signalExternalWorkflowExecutionInitiatedEventAttributes: (it, when) => begun('outgoing-signal', it.signalName, when),
  externalWorkflowExecutionSignaledEventAttributes: (it, { at }) => ended(it.initiatedEventId, at, 'completed'),
  signalExternalWorkflowExecutionFailedEventAttributes: (it, { at }) => ended(it.initiatedEventId, at, 'failed'),
  requestCancelExternalWorkflowExecutionInitiatedEventAttributes: (_, when) => begun('outgoing-cancel', null, when),
  externalWorkflowExecutionCancelRequestedEventAttributes: (it, { at }) => ended(it.initiatedEventId, at, 'completed'),
  requestCancelExternalWorkflowExecutionFailedEventAttributes: (it, { at }) => ended(it.initiatedEventId, at, 'failed'),

  workflowExecutionUpdateAdmittedEventAttributes: ({ request }, { at }) =>
    changed(updateStep(request?.meta?.updateId), at, { kind: 'update', name: request?.input?.name ?? null }),
  workflowExecutionUpdateAcceptedEventAttributes: ({ protocolInstanceId, acceptedRequest }, { at }) =>
    changed(updateStep(protocolInstanceId), at, {
      kind: 'update',
      status: 'running',
      startedAt: at,
      ...(acceptedRequest?.input && { name: acceptedRequest.input.name ?? null }),
    }),
  workflowExecutionUpdateRejectedEventAttributes: (it, { at }) =>
    ended(updateStep(it.protocolInstanceId), at, 'rejected', it.failure),
  workflowExecutionUpdateCompletedEventAttributes: ({ meta, outcome }, { at }) =>
    ended(updateStep(meta?.updateId), at, outcome?.failure ? 'failed' : 'completed', outcome?.failure),

  workflowExecutionSignaledEventAttributes: (it, when) => happened('signal', it.signalName, when),
  workflowExecutionCancelRequestedEventAttributes: (_, when) => happened('cancel-request', null, when),
  markerRecordedEventAttributes: readMarker,
  workflowTaskFailedEventAttributes: (it, when) =>
    it.cause === causeReset ? happened('reset', null, when) : undefined,

  workflowExecutionContinuedAsNewEventAttributes: (_, when) => happened('continued', null, when),
  workflowExecutionCompletedEventAttributes: (it, when) =>
    it.newExecutionRunId ? happened('continued', null, when) : undefined,
  workflowExecutionFailedEventAttributes: (it, when) =>
    it.newExecutionRunId ? happened('continued', null, when, stepFailureOf(it.failure)) : undefined,
  workflowExecutionTimedOutEventAttributes: (it, when) =>
    it.newExecutionRunId ? happened('continued', null, when) : undefined,
};

/** @returns `undefined` if the event belongs to no step */
export function stepChangeOf(event: HistoryEvent): StepChange | undefined {
  for (const [key, attributes] of Object.entries(event)) {
    const read = readers[key as AttributesKey] as Reader<unknown> | undefined;
    if (read)
      return read(attributes, {
        id: String(event.eventId),
        at: tsToDate(event.eventTime ?? {}).toISOString(),
      });
  }
  return undefined;
}

/** An event's id, or an update's. */
type StepId = { toString(): string } | null | undefined;

/** The sender chooses the id of an update, which may look like that of an event. */
const updateStep = (id: string | null | undefined): StepId => `update ${id}`;

const changed = (step: StepId, at: string, set: StepChange['set']): StepChange => ({ step: String(step), at, set });

const begun = (
  kind: RunStep['kind'],
  name: string | null | undefined,
  { id, at }: When,
  set: StepChange['set'] = {},
): StepChange => changed(id, at, { kind, name: name ?? null, ...set });

const ended = (step: StepId, at: string, status: RunStep['status'], failure?: RecordedFailure | null): StepChange =>
  changed(step, at, { status, endedAt: at, ...stepFailureOf(failure) });

/** A step with a single event. */
const happened = (
  kind: RunStep['kind'],
  name: string | null | undefined,
  when: When,
  set: StepChange['set'] = {},
): StepChange => begun(kind, name, when, { status: 'completed', startedAt: when.at, endedAt: when.at, ...set });

type Marker = NonNullable<HistoryEvent['markerRecordedEventAttributes']>;

/**
 * The SDK records patches and local activities as markers, and describes them in JSON; nothing else of a marker's details is read.
 * Workflows of other SDKs have other markers.
 */
function readMarker({ markerName, details, failure }: Marker, when: When): StepChange {
  const read = (detail: string) => readObject(details?.[detail]?.payloads?.[0]?.data);
  if (markerName === 'core_patch') return happened('patch', textOf(read('patch-data')['id']), when);
  if (markerName !== 'core_local_activity') return happened('marker', markerName, when);
  const { activity_type: type, attempt } = read('data');
  return happened('local-activity', textOf(type), when, {
    ...(failure && { status: 'failed', ...stepFailureOf(failure) }),
    ...(Number.isInteger(attempt) && { attempts: attempt as number }),
  });
}

/** If the SDK changes its format, steps have no name. */
function readObject(json: Uint8Array | null | undefined): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(new TextDecoder().decode(json ?? undefined))) as Record<string, unknown>;
  } catch {
    return {};
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
