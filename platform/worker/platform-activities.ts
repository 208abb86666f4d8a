import { createPlatformActivities, type PlatformActivities } from '../activities/index.js';
import { prepareAcceptScheduledRun } from '../database/accept-scheduled-run.js';
import { createAuditRepository } from '../database/audit-repository.js';
import { createHealthRepository } from '../database/health-repository.js';
import type { MigrationFolders } from '../database/migration-files.js';
import { createRetentionRepository } from '../database/retention-repository.js';
import { createTracking, type ScheduledRunsDeps, scheduleCaller } from '../runs/scheduled-runs.js';
import { appVersion } from '../settings/project.js';
import { createCall } from '../temporal/errors.js';
import type { ActivityParts } from './activity-parts.js';

const dayMs = 86_400_000;
const bytesPerMegabyte = 1024 * 1024;
const purgeBatchSize = 500;

/** The activities of the platform's own workflows, connected to the worker's database and client. */
export function platformActivities(
  { settings, sequelize, client }: ActivityParts,
  migrations: MigrationFolders,
  runs: ScheduledRunsDeps,
): PlatformActivities {
  const retention = createRetentionRepository(sequelize);
  const audit = createAuditRepository(sequelize);
  const call = createCall(client.connection, settings.TEMPORAL_CALL_TIMEOUT_MS);
  const acceptScheduledRun = prepareAcceptScheduledRun(sequelize, settings.RUNS_LEASE_MS);
  return createPlatformActivities({
    scheduledRuns: {
      accept: ({ schedule, acceptedAt, ...run }) =>
        acceptScheduledRun({ ...run, caller: scheduleCaller(schedule), acceptedAt: new Date(acceptedAt) }),
      track: createTracking(runs),
    },
    retention: {
      purge: async () => ({
        ...(await retention.purge({
          runsMs: settings.RUNS_RETENTION_DAYS * dayMs,
          keysMs: settings.RUNS_KEY_RETENTION_HOURS * 3_600_000,
          limit: purgeBatchSize,
        })),
        auditEntries: await audit.purge(settings.RUNS_AUDIT_RETENTION_DAYS * dayMs, purgeBatchSize),
      }),
    },
    health: {
      postgres: createHealthRepository(sequelize, migrations).roundTrip,
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
  });
}
