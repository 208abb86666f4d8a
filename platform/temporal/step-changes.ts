import { tsToDate, tsToMs } from '@temporalio/common/lib/time.js';
import type { RunStep } from '../runs/run-history.js';
import type { HistoryEvent } from './history-event.js';
import { readMarker } from './markers.js';
import { type RecordedFailure, stepFailureOf } from './step-failure.js';

/** What one event tells of one step. Nothing of the event's payloads is in it. */
export interface StepChange {
  /** Tells the step from the others of its execution. */
  readonly step: string;
  /** When it happened, ISO 8601 in UTC. */
  readonly at: string;
  /** The change that tells its `kind` begins the step. */
  readonly set: Partial<Omit<RunStep, 'scheduledAt' | 'durationMs'>>;
  /** Of an activity, which Temporal calls so as long as it has not ended. */
  readonly activityId?: string;
}

interface When {
  readonly id: string;
  readonly at: string;
}

type Reader<Attributes> = (attributes: Attributes, when: When) => StepChange | undefined;
/** Of what type an event is, is told by which of these properties it has. */
type AttributesKey = Extract<keyof HistoryEvent, `${string}EventAttributes`>;

/** `WorkflowTaskFailedCause` of an execution that was made by a reset, where the new part of its history begins. */
const causeReset = 20;

/** Events that are not here are of no step: those of workflow tasks, for instance. */
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
  markerRecordedEventAttributes: (it, when) => {
    const { kind, name, set } = readMarker(it);
    return happened(kind, name, when, set);
  },
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

/** @returns `undefined` when the event is of no step */
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

/** Of an update's id, which its sender chooses: it may look like that of an event. */
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

/** A step of one event only. */
const happened = (
  kind: RunStep['kind'],
  name: string | null | undefined,
  when: When,
  set: StepChange['set'] = {},
): StepChange => begun(kind, name, when, { status: 'completed', startedAt: when.at, endedAt: when.at, ...set });
