import { type InputFault, InputInvalid } from '../errors/runs.js';
import { jsonPointer } from './json-pointer.js';

/** Temporal keeps the reason in the run's history; this is a sentence or two. */
const maxReasonLength = 1000;

/** @throws {InputInvalid} the body holds anything at all */
export function noInput(body: unknown): void {
  assertMembers(body, []);
}

/** @throws {InputInvalid} the body is something else than `{ reason?: string }` */
export function terminateReason(body: unknown): string | undefined {
  const { reason } = assertMembers(body, ['reason']);
  if (reason === undefined) return undefined;
  if (typeof reason !== 'string' || reason.length > maxReasonLength) {
    throw invalid([{ pointer: '/reason', detail: `must be a string of at most ${maxReasonLength} characters` }]);
  }
  return reason;
}

function assertMembers(body: unknown, allowed: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid([{ pointer: '', detail: 'must be an object' }]);
  }
  const unknown = Object.keys(body).filter((name) => !allowed.includes(name));
  if (unknown.length > 0) {
    throw invalid(unknown.map((name) => ({ pointer: jsonPointer([name]), detail: 'is not allowed' })));
  }
  return body as Readonly<Record<string, unknown>>;
}

const invalid = (faults: readonly InputFault[]) => new InputInvalid('The body', faults);
