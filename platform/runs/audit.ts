import type { Caller, Origin } from './caller.js';
import type { Run } from './run.js';

/** One action of a caller. It holds names and ids, never inputs. */
export interface AuditEntry extends Origin {
  /** Name of the caller's API key, `oidc:` and the name in its token, `anonymous`, or `cli:` and the name of a user. */
  readonly caller: string;
  /** A fact, such as `run-started`. */
  readonly action: string;
  readonly workflow?: string | undefined;
  /** UUID. */
  readonly runId?: string | undefined;
  /** Name of a message or id of an API key. */
  readonly subject?: string | undefined;
}

/** Records the actions of callers. Throws `DatabaseUnavailable`. */
export interface AuditLog {
  /** Writes an entry with the database's time. Resolves when the entry is on disk; concurrent entries share a commit. */
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
