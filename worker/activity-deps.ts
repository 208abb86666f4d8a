import type { ActivityDeps } from '../activities/index.js';
import type { product } from '../config/product.js';
import { createDecisionsRepository } from '../database/decisions-repository.js';
import type { ActivityParts } from '../platform/worker/activity-parts.js';

/** Connects the activities to the worker's database, client, settings and log. */
export const createActivityDeps = ({ logger, sequelize }: ActivityParts<typeof product>): ActivityDeps => ({
  greeting: { now: () => new Date() },
  approvals: {
    decisions: createDecisionsRepository(sequelize),
    // Connect your mail or chat here. Until then, reminders go to the log.
    notify: async ({ runId, subject, number }) => {
      logger.info({ runId, subject, number }, 'An approval waits for a decision');
    },
  },
});
