import type { Client, Connection } from '@temporalio/client';
import type { ApprovalDeps } from '../activities/approvals.js';
import type { ActivityDeps } from '../activities/index.js';
import { appVersion } from '../config/project.js';
import type { Logger } from '../observability/logger.js';
import { createCall } from '../temporal/errors.js';

export interface WiringDeps {
  readonly client: Client & { readonly connection: Connection };
  /** Deadline of each call to Temporal, in milliseconds. */
  readonly callTimeoutMs: number;
  readonly decisions: ApprovalDeps['decisions'];
  /** A write, a read and a delete in PostgreSQL. @returns the server's version */
  readonly databaseRoundTrip: () => Promise<{ version: string }>;
  readonly logger: Logger;
}

const bytesPerMegabyte = 1024 * 1024;

/** Gives the activities what they use in a worker of the platform. */
export function createActivityDeps({
  client,
  callTimeoutMs,
  decisions,
  databaseRoundTrip,
  logger,
}: WiringDeps): ActivityDeps {
  const call = createCall(client.connection, callTimeoutMs);
  return {
    greeting: { now: () => new Date() },
    approvals: {
      decisions,
      // Reminders go to the log until a team connects its mail or chat here.
      notify: async ({ runId, subject, number }) => {
        logger.info({ runId, subject, number }, 'A decision is waited for');
      },
    },
    health: {
      postgres: databaseRoundTrip,
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
