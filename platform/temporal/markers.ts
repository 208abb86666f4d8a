import type { RunStep } from '../runs/run-history.js';
import type { HistoryEvent } from './history-event.js';
import { stepFailureOf } from './step-failure.js';

type Marker = NonNullable<HistoryEvent['markerRecordedEventAttributes']>;

/** The step of a marker. */
interface MarkerStep {
  readonly kind: RunStep['kind'];
  readonly name: string | null;
  readonly set: Partial<Pick<RunStep, 'status' | 'attempts' | 'failure'>>;
}

/**
 * The SDK records patches and local activities as markers, and describes them in JSON; nothing else of a marker's details is read.
 * Workflows of other SDKs have other markers.
 */
export function readMarker({ markerName, details, failure }: Marker): MarkerStep {
  const read = (detail: string) => readObject(details?.[detail]?.payloads?.[0]?.data);
  if (markerName === 'core_patch') return { kind: 'patch', name: textOf(read('patch-data')['id']), set: {} };
  if (markerName !== 'core_local_activity') return { kind: 'marker', name: markerName ?? null, set: {} };
  const { activity_type: type, attempt } = read('data');
  return {
    kind: 'local-activity',
    name: textOf(type),
    set: {
      ...(failure && { status: 'failed', ...stepFailureOf(failure) }),
      ...(Number.isInteger(attempt) && { attempts: attempt as number }),
    },
  };
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
