import type { ErrorCode } from '../errors/codes.js';
import { DomainError } from '../errors/domain-error.js';
import { unlessAborted } from '../retry/unless-aborted.js';

export type HealthState = 'ok' | 'degraded' | 'down';

/** The result of a check. `state` defaults to `ok`; a check that throws is `down`. */
export interface HealthFinding {
  readonly state?: 'ok' | 'degraded';
  readonly version?: string;
  readonly detail?: string;
}

/** Checks one dependency of the process. */
export interface HealthCheck {
  readonly name: string;
  /** Whether the process cannot serve without the dependency. */
  readonly critical: boolean;
  /** Should end when the signal aborts. The result of a later end is ignored, and the dependency counts as down. */
  run(signal: AbortSignal): Promise<HealthFinding>;
}

export interface ComponentHealth extends Omit<HealthFinding, 'state'> {
  readonly state: HealthState;
  readonly critical: boolean;
  readonly latencyMs: number;
  /** Public reason for `down`. The log has the complete error. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** Deadline for calls within a check, in milliseconds. Shorter than that of the check, so that the result names a reason. */
export const healthCallTimeoutMs = 1_500;

/** Runs a check within `timeoutMs`. Never rejects: an error is passed to `onError` and makes the component `down`. */
export async function runCheck(
  check: HealthCheck,
  timeoutMs: number,
  onError: (error: unknown) => void,
): Promise<ComponentHealth> {
  const { critical } = check;
  const started = performance.now();
  const latencyMs = () => Math.round((performance.now() - started) * 10) / 10;
  try {
    const finding = await within(timeoutMs, (signal) => check.run(signal));
    return { state: 'ok', critical, latencyMs: latencyMs(), ...finding };
  } catch (error) {
    onError(error);
    return { state: 'down', critical, latencyMs: latencyMs(), error: publicError(error) };
  }
}

class CheckTimedOut extends Error {
  readonly code = 'check-timed-out';
}

async function within<T>(timeoutMs: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const { signal } = controller;
  const timer = setTimeout(() => controller.abort(new CheckTimedOut(`No answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    return await unlessAborted(run(signal), signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Error messages can contain addresses or SQL, so the report uses fixed texts. */
function publicError(error: unknown): { code: string; message: string } {
  if (error instanceof CheckTimedOut) return { code: error.code, message: error.message };
  const code = error instanceof DomainError ? error.code : undefined;
  return {
    code: code ?? 'check-failed',
    message: (code && explanations[code as ErrorCode]) ?? 'The check failed; see the log',
  };
}

const explanations: Partial<Record<ErrorCode, string>> = {
  'temporal-unavailable': 'Temporal is unavailable',
  'temporal-unauthorized': 'Temporal rejected the credentials',
  'namespace-not-found': 'The Temporal namespace does not exist',
  'database-unavailable': 'PostgreSQL is unavailable',
  'schema-outdated': 'The database schema is outdated',
};
