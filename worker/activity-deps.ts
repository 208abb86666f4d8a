import type { ActivityDeps } from '../activities/index.js';
import { createDecisionsRepository } from '../database/decisions-repository.js';
import { createAuditRepository } from '../platform/database/audit-repository.js';
import { createHealthRepository } from '../platform/database/health-repository.js';
import { createRetentionRepository } from '../platform/database/retention-repository.js';
import { appVersion } from '../platform/settings/project.js';
import { createCall } from '../platform/temporal/errors.js';
import type { ActivityParts } from '../platform/worker/serve-worker.js';

const dayMs = 86_400_000;
const bytesPerMegabyte = 1024 * 1024;
const purgedAtATime = 500;

/** Gives the activities what they use in a worker of the platform. */
export function createActivityDeps({ settings, logger, sequelize, client }: ActivityParts): ActivityDeps {
  const retention = createRetentionRepository(sequelize);
  const audit = createAuditRepository(sequelize);
  const call = createCall(client.connection, settings.TEMPORAL_CALL_TIMEOUT_MS);
  return {
    greeting: { now: () => new Date() },
    approvals: {
      decisions: createDecisionsRepository(sequelize),
      // Reminders go to the log until a team connects its mail or chat here.
      notify: async ({ runId, subject, number }) => {
        logger.info({ runId, subject, number }, 'A decision is waited for');
      },
    },
    retention: {
      purge: async () => ({
        ...(await retention.purge({
          runsMs: settings.RUNS_RETENTION_DAYS * dayMs,
          keysMs: settings.RUNS_KEY_RETENTION_HOURS * 3_600_000,
          limit: purgedAtATime,
        })),
        auditEntries: await audit.purge(settings.RUNS_AUDIT_RETENTION_DAYS * dayMs, purgedAtATime),
      }),
    },
    health: {
      postgres: createHealthRepository(sequelize).roundTrip,
      temporal: async () => {
        const { serverVersion } = await call(() => client.workflowService.getSystemInfo({}));
        return { version: serverVersion };
      },
      worker: async () => ({
        version: appVersion,
        detail: {
          uptimeSeconds: Math.round(process.uptime()),
          memoryMegabytes: Math.round(process.memoryUsage.rss() / bytesPerMegabyte),
        },
      }),
    },
  };
}
