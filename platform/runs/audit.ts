import type { Caller } from './caller.js';
import type { Run } from './run.js';

/** Somebody did something. Holds names and ids, never what was sent. */
export interface AuditEntry {
  /** Name of the key that was called with, `anonymous`, or `cli:` and the name of a user. */
  readonly caller: string;
  /** Id of the key that was called with. */
  readonly keyId?: string | undefined;
  /** What was done, as a fact, such as `run-started`. */
  readonly action: string;
  readonly workflow?: string | undefined;
  /** UUID. */
  readonly runId?: string | undefined;
  /** What else it was done to or with: the name of a message, the id of a key. */
  readonly subject?: string | undefined;
  /** Where the request came from. */
  readonly address?: string | undefined;
  readonly requestId?: string | undefined;
}

/** Who did what. Throws `DatabaseUnavailable`. */
export interface AuditLog {
  /** Writes an entry with the time of the database, and returns when it is on disk. Many at a time share a commit. */
  record(entry: AuditEntry): Promise<void>;
}

/** Records that a caller did something with a run. @param subject - name of the message, if any */
export const auditRun = (
  audit: AuditLog,
  { name, origin }: Caller,
  action: string,
  { id: runId, workflow }: Run,
  subject?: string,
): Promise<void> => audit.record({ ...origin, caller: name, action, runId, workflow, subject });
