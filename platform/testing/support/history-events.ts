import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { msNumberToTs } from '@temporalio/common/lib/time.js';
import type { RunStep } from '../../runs/run-history.js';
import { type HistoryEvent, stepChangeOf } from '../../temporal/step-changes.js';
import { type ExecutionState, stepsOf } from '../../temporal/steps.js';

/** An event in a test: Temporal's event type without `EVENT_TYPE_`, and the attributes in Temporal's JSON. */
export type ToldEvent = readonly [type: string, attributes?: object];

/** The time of the event with this id in `historyOf`. */
export const momentOf = (eventId: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, eventId)).toISOString();

/** The events of a history: ids from 1, one per second. */
export function historyOf(...told: readonly ToldEvent[]): HistoryEvent[] {
  const events = told.map(([type, attributes = {}], index) => ({
    eventId: String(index + 1),
    eventTime: momentOf(index + 1),
    eventType: `EVENT_TYPE_${type}`,
    [`${camelCase(type)}EventAttributes`]: attributes,
  }));
  return eventsFromJson({ events });
}

/** The events of a history in Temporal's JSON, decoded as from a server. */
export function eventsFromJson(json: unknown): HistoryEvent[] {
  const events = historyFromJSON(json).events ?? [];
  makeSecondsLong(events);
  return events;
}

/** A server sends seconds as `Long`. In JSON the SDK reads numbers, which its own functions then reject. */
function makeSecondsLong(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const { seconds } = value as { seconds?: unknown };
  if (typeof seconds === 'number') Object.assign(value, { seconds: msNumberToTs(seconds * 1_000).seconds });
  else for (const part of Object.values(value)) makeSecondsLong(part);
}

const camelCase = (type: string): string =>
  type.toLowerCase().replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** Executions without any state besides their history. */
export const open: ExecutionState = { open: true, pendingActivities: [] };
export const closed: ExecutionState = { open: false, pendingActivities: [] };

/** The steps of these events. */
export const read = (events: readonly HistoryEvent[], state: ExecutionState): RunStep[] =>
  stepsOf(
    events.flatMap((event) => stepChangeOf(event) ?? []),
    state,
  );

/** Name and status of each step. */
export const brief = (steps: readonly RunStep[]) =>
  steps.map(({ kind, name, status }) => [kind, name, status].filter((part) => part !== null).join(' '));
