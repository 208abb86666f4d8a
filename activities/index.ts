import { createHealthActivities, type HealthDeps } from '../platform/activities/health.js';
import { createRetentionActivities, type RetentionDeps } from '../platform/activities/retention.js';
import { type ApprovalDeps, createApprovalActivities } from './approvals.js';
import { createGreetingActivities, type GreetingDeps } from './greeting.js';

export interface ActivityDeps {
  readonly greeting: GreetingDeps;
  readonly approvals: ApprovalDeps;
  readonly health: HealthDeps;
  readonly retention: RetentionDeps;
}

/**
 * All activities of the app, given what they use. Workflows see their types only (`Activities`).
 * A `DomainError` that one of them throws reaches the workflow as an `ApplicationFailure` of its code (see `failure.ts`).
 */
export const createActivities = (deps: ActivityDeps) => ({
  ...createGreetingActivities(deps.greeting),
  ...createApprovalActivities(deps.approvals),
  ...createHealthActivities(deps.health),
  ...createRetentionActivities(deps.retention),
});

export type Activities = ReturnType<typeof createActivities>;
