import { join } from 'node:path';
import { projectRoot } from '../../platform/settings/project.js';
import type { Progress } from '../cli/screen.js';
import { openRun } from './open-run.js';
import { loopbackPorts, planPorts } from './ports.js';
import { startPostgres } from './postgres/postgres.js';
import { findTemporalCli } from './temporal-cli/find.js';
import { startTemporalServer } from './temporal-server.js';

/** An empty PostgreSQL and Temporal, without the app. */
export interface Servers {
  /** URL of the superuser, with its password. */
  readonly postgresUrl: string;
  /** `host:port` of Temporal, namespace `default`. */
  readonly temporalAddress: string;
  readonly temporalUiUrl: string;
  /** Folder with the logs; `stop` removes it. */
  readonly logs: string;
  /** Stops both and removes their data. Also happens when this process dies. */
  stop(): Promise<void>;
}

/** First ports to try: away from the platform's defaults, which tests leave free. */
const firstPorts = { postgres: 25_432, temporal: 27_233, temporalUi: 28_233 };

/** Starts PostgreSQL and Temporal for tests, on free ports and with temporary data. Returns when both are ready. */
export async function startServers(onProgress: (progress: Progress) => void): Promise<Servers> {
  const { env } = process;
  const cli = await findTemporalCli({ explicitPath: env['TEMPORAL_CLI_PATH'], env, onProgress });
  const plan = await planPorts(loopbackPorts(firstPorts));
  const run = await openRun({ projectRoot, folder: undefined, ephemeral: true });
  const stop = async () => {
    await run.supervisor.stopAll();
    plan.release();
  };
  try {
    const [postgres, temporal] = await Promise.all([
      startPostgres(run, plan.ports.postgres),
      startTemporalServer({
        supervisor: run.supervisor,
        cli: cli.path,
        port: plan.ports.temporal,
        uiPort: plan.ports.temporalUi,
        namespace: 'default',
        logFile: join(run.data.logs, 'temporal.log'),
        folder: undefined,
        // Each test file creates a namespace, which the whole server would know only after seconds by default.
        dynamicConfig: ['system.namespaceCacheRefreshInterval="200ms"'],
      }),
    ]);
    return {
      postgresUrl: postgres.superuserUrl,
      temporalAddress: temporal.address,
      temporalUiUrl: temporal.uiUrl,
      logs: run.data.logs,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
