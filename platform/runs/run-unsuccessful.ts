import type { ErrorCode } from '../errors/codes.js';
import { PlatformError } from '../errors/platform-error.js';
import { type FinalStatus, isFinal, type Run } from './run.js';

type UnsuccessfulStatus = Exclude<FinalStatus, 'completed'>;

/** A run that ended without a result. */
export type UnsuccessfulRun = Run & { readonly status: UnsuccessfulStatus };

const codes = {
  failed: 'run-failed',
  cancelled: 'run-cancelled',
  terminated: 'run-terminated',
  'timed-out': 'run-timed-out',
  lost: 'run-lost',
} as const satisfies Record<UnsuccessfulStatus, ErrorCode>;

export const isUnsuccessful = (run: Run): run is UnsuccessfulRun => isFinal(run.status) && run.status !== 'completed';

/** A caller waited for this run, and it ended without a result. */
export class RunUnsuccessful extends PlatformError {
  readonly code: (typeof codes)[UnsuccessfulStatus];
  constructor(readonly run: UnsuccessfulRun) {
    super(run.failure?.message ?? `Run ${run.id} ended without a result`);
    this.code = codes[run.status];
  }
}
