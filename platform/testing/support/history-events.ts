import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { msNumberToTs } from '@temporalio/common/lib/time.js';
import type { RunStep } from '../../runs/run-history.js';
import { type HistoryEvent, stepChangeOf } from '../../temporal/step-changes.js';
import { type ExecutionState, stepsOf } from '../../temporal/steps.js';

/** An event as a test tells it: its type in Temporal's words, without `EVENT_TYPE_`, and its attributes in Temporal's JSON. */
export type ToldEvent = readonly [type: string, attributes?: object];

/** When the event with this id happened, in `historyOf`. */
export const momentOf = (eventId: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, eventId)).toISOString();

/** The events of a history. The first has the id 1, and one comes each second. */
export function historyOf(...told: readonly ToldEvent[]): HistoryEvent[] {
  const events = told.map(([type, attributes = {}], index) => ({
    eventId: String(index + 1),
    eventTime: momentOf(index + 1),
    eventType: `EVENT_TYPE_${type}`,
    [`${camelCase(type)}EventAttributes`]: attributes,
  }));
  return eventsFromJson({ events });
}

/** The events of a history in Temporal's JSON, as they come from a server. */
export function eventsFromJson(json: unknown): HistoryEvent[] {
  const events = historyFromJSON(json).events ?? [];
  makeSecondsLong(events);
  return events;
}

/** Seconds come from a server as `Long`; the SDK reads those in JSON as numbers, which its own functions then refuse. */
function makeSecondsLong(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const { seconds } = value as { seconds?: unknown };
  if (typeof seconds === 'number') Object.assign(value, { seconds: msNumberToTs(seconds * 1_000).seconds });
  else for (const part of Object.values(value)) makeSecondsLong(part);
}

const camelCase = (type: string): string =>
  type.toLowerCase().replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** Executions of which nothing is known beyond their history. */
export const open: ExecutionState = { open: true, pendingActivities: [] };
export const closed: ExecutionState = { open: false, pendingActivities: [] };

/** The steps that are read of these events. */
export const read = (events: readonly HistoryEvent[], state: ExecutionState): RunStep[] =>
  stepsOf(
    events.flatMap((event) => stepChangeOf(event) ?? []),
    state,
  );

/** What each is called, and how it stands. */
export const brief = (steps: readonly RunStep[]) =>
  steps.map(({ kind, name, status }) => [kind, name, status].filter((part) => part !== null).join(' '));
