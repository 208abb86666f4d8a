import { createHealthActivities, type HealthDeps } from './health.js';
import { createRetentionActivities, type RetentionDeps } from './retention.js';

export interface PlatformActivityDeps {
  readonly health: HealthDeps;
  readonly retention: RetentionDeps;
}

/** The activities of the platform's own workflows. A worker runs them beside the product's. */
export const createPlatformActivities = ({ health, retention }: PlatformActivityDeps) => ({
  ...createHealthActivities(health),
  ...createRetentionActivities(retention),
});

export type PlatformActivities = ReturnType<typeof createPlatformActivities>;
