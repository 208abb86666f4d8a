import { createHealthActivities, type HealthDeps } from './health.js';
import { createRetentionActivities, type RetentionDeps } from './retention.js';
import { createScheduledRunActivities, type ScheduledRunDeps } from './scheduled-runs.js';

export interface PlatformActivityDeps {
  readonly health: HealthDeps;
  readonly retention: RetentionDeps;
  readonly scheduledRuns: ScheduledRunDeps;
}

/** The activities of the platform's own workflows. A worker runs them beside the product's. */
export const createPlatformActivities = ({ health, retention, scheduledRuns }: PlatformActivityDeps) => ({
  ...createHealthActivities(health),
  ...createRetentionActivities(retention),
  ...createScheduledRunActivities(scheduledRuns),
});

export type PlatformActivities = ReturnType<typeof createPlatformActivities>;
