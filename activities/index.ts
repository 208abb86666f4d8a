import type { product } from '../config/product.js';
import { createDecisionsRepository } from '../database/decisions.js';
import type { ActivityParts } from '../platform/worker/activity-parts.js';
import { createApprovalActivities } from './approvals.js';
import { createGreetingActivities } from './greeting.js';

/**
 * All activities, connected to the worker's settings, database, client and log. Workflows import only the type `Activities`.
 * A `DomainError` that an activity throws reaches the workflow as an `ApplicationFailure` with its code as the type.
 */
export const createActivities = ({ logger, sequelize }: ActivityParts<typeof product>) => ({
  ...createGreetingActivities({ now: () => new Date() }),
  ...createApprovalActivities({
    decisions: createDecisionsRepository(sequelize),
    // Connect your mail or chat here. Until then, reminders go to the log.
    notify: async ({ runId, subject, number }) => {
      logger.info({ runId, subject, number }, 'An approval waits for a decision');
    },
  }),
});

export type Activities = ReturnType<typeof createActivities>;
