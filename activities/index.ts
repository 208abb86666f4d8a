import { type ApprovalDeps, createApprovalActivities } from './approvals.js';
import { createGreetingActivities, type GreetingDeps } from './greeting.js';

export interface ActivityDeps {
  readonly greeting: GreetingDeps;
  readonly approvals: ApprovalDeps;
}

/**
 * All activities of the product, given their dependencies. Workflows import only the type `Activities`.
 * A `DomainError` that an activity throws reaches the workflow as an `ApplicationFailure` with its code as the type.
 */
export const createActivities = (deps: ActivityDeps) => ({
  ...createGreetingActivities(deps.greeting),
  ...createApprovalActivities(deps.approvals),
});

export type Activities = ReturnType<typeof createActivities>;
