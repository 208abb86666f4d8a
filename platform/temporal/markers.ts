import type { RunStep } from '../runs/run-history.js';
import type { HistoryEvent } from './history-event.js';
import { stepFailureOf } from './step-failure.js';

type Marker = NonNullable<HistoryEvent['markerRecordedEventAttributes']>;

/** A step that a marker stands for. */
interface MarkerStep {
  readonly kind: RunStep['kind'];
  readonly name: string | null;
  readonly set: Partial<Pick<RunStep, 'status' | 'attempts' | 'failure'>>;
}

/**
 * The SDK keeps patches and local activities as markers, and tells in JSON which they are; that is all that is read of a marker's
 * details. Workflows written with another SDK have markers of their own.
 */
export function readMarker({ markerName, details, failure }: Marker): MarkerStep {
  const told = (detail: string) => readObject(details?.[detail]?.payloads?.[0]?.data);
  if (markerName === 'core_patch') return { kind: 'patch', name: textOf(told('patch-data')['id']), set: {} };
  if (markerName !== 'core_local_activity') return { kind: 'marker', name: markerName ?? null, set: {} };
  const { activity_type: type, attempt } = told('data');
  return {
    kind: 'local-activity',
    name: textOf(type),
    set: {
      ...(failure && { status: 'failed', ...stepFailureOf(failure) }),
      ...(Number.isInteger(attempt) && { attempts: attempt as number }),
    },
  };
}

/** The SDK may write it otherwise one day: the step is then told without its name. */
function readObject(json: Uint8Array | null | undefined): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(new TextDecoder().decode(json ?? undefined))) as Record<string, unknown>;
  } catch {
    return {};
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
