import type { ErrorCode } from '../errors/codes.js';
import { DomainError } from '../errors/domain-error.js';

export type HealthState = 'ok' | 'degraded' | 'down';

/** What a check found out. `state` is `ok` unless said otherwise; a check that throws is `down`. */
export interface HealthFinding {
  readonly state?: 'ok' | 'degraded';
  readonly version?: string;
  readonly detail?: string;
}

/** One thing that a process depends on. */
export interface HealthCheck {
  readonly name: string;
  /** Whether the process cannot serve without it. */
  readonly critical: boolean;
  /** Asks it. Should end when the signal says so; what goes on after that is left behind and counts as down. */
  run(signal: AbortSignal): Promise<HealthFinding>;
}

export interface ComponentHealth extends Omit<HealthFinding, 'state'> {
  readonly state: HealthState;
  readonly critical: boolean;
  readonly latencyMs: number;
  /** What is wrong, for everybody to see; the whole error stands in the log. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** Deadline for calls that a check makes, in milliseconds: less than a check has, so that the answer is a reason and not a timeout. */
export const healthCallTimeoutMs = 1_500;

/** Runs one check within `timeoutMs`. Never rejects: what it throws is given to `onError` and makes the component `down`. */
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
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new CheckTimedOut(`no answer within ${timeoutMs} ms`));
      controller.abort();
    }, timeoutMs);
  });
  try {
    return await Promise.race([run(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Messages of errors may carry addresses or statements, so only words of our own are shown. */
function publicError(error: unknown): { code: string; message: string } {
  if (error instanceof CheckTimedOut) return { code: error.code, message: error.message };
  const code = error instanceof DomainError ? error.code : undefined;
  return {
    code: code ?? 'check-failed',
    message: (code && explanations[code]) ?? 'the check failed; the log says why',
  };
}

const explanations: Partial<Record<ErrorCode, string>> = {
  'temporal-unavailable': 'Temporal does not answer',
  'temporal-unauthorized': 'Temporal does not accept the credentials',
  'namespace-not-found': 'Temporal does not have the namespace',
  'database-unavailable': 'PostgreSQL does not answer',
  'schema-outdated': 'the schema is older than this program needs',
};
