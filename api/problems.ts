import type { ProblemTypes } from '../platform/api/product-route.js';
import { DomainError } from '../platform/errors/domain-error.js';

/** The run is a run of another workflow. */
export class NotAnApproval extends DomainError {
  readonly code = 'not-an-approval';
  constructor(runId: string, workflow: string) {
    super(`Run ${runId} is a run of ${workflow}`);
  }
}

/** How the API answers with the product's error codes. A route names its codes in `problems`. */
export const problems = {
  'not-an-approval': { status: 404, title: 'The run is not an approval' },
} as const satisfies ProblemTypes;
