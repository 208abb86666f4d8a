import type { ErrorCode } from '../errors/codes.js';
import { DomainError } from '../errors/domain-error.js';
import type { FinalStatus } from '../runs/run.js';
import type { RunResource } from './run-resource.js';

type UnsuccessfulStatus = Exclude<FinalStatus, 'completed'>;

const codes = {
  failed: 'run-failed',
  cancelled: 'run-cancelled',
  terminated: 'run-terminated',
  'timed-out': 'run-timed-out',
  lost: 'run-lost',
} as const satisfies Record<UnsuccessfulStatus, ErrorCode>;

/** A run that its caller waited for has ended without a result. */
export class RunUnsuccessful extends DomainError {
  readonly code: (typeof codes)[UnsuccessfulStatus];
  constructor(
    status: UnsuccessfulStatus,
    readonly run: RunResource,
  ) {
    super(run.failure?.message ?? `Run ${run.id} has ended without a result`);
    this.code = codes[status];
  }
}
