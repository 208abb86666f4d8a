import { PlatformError } from '../errors/platform-error.js';
import { isFinal, type Run, type UnsuccessfulStatus } from './run.js';

type UnsuccessfulRun = Run & { readonly status: UnsuccessfulStatus };

export const isUnsuccessful = (run: Run): run is UnsuccessfulRun => isFinal(run.status) && run.status !== 'completed';

/** A caller waited for this run, and it ended without a result. */
export class RunUnsuccessful extends PlatformError {
  readonly code: `run-${UnsuccessfulStatus}`;
  constructor(readonly run: UnsuccessfulRun) {
    super(run.failure?.message ?? `Run ${run.id} ended without a result`);
    this.code = `run-${run.status}`;
  }
}
