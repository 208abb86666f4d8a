import { join } from 'node:path';
import type { Run } from '../../start/open-run.js';
import { ensureAppDatabase } from '../../start/postgres/app-database.js';
import { startPostgres } from '../../start/postgres/postgres.js';
import { findTemporalCli } from '../../start/temporal-cli/find.js';
import { startTemporalServer } from '../../start/temporal-server.js';
import { type Kept, type KeptOptions, keepUp } from './kept-process.js';

/** Ports that the servers keep across restarts. */
export interface ServerPorts {
  readonly postgres: number;
  readonly temporal: number;
  readonly temporalUi: number;
}

export interface Servers {
  readonly postgres: Kept;
  readonly temporal: Kept;
}

/** One partition per task queue, because each partition costs writes, and there are few tasks. */
const onePartition = ['Read', 'Write'].map((kind) => `matching.numTaskqueue${kind}Partitions=1`);

/** The app's role and database. */
export const appDatabase = { user: 'atlas', password: 'killed-and-back', database: 'atlas' } as const;
export const namespace = 'default';

/** Starts PostgreSQL with the app's database, and Temporal. Committed data survives kill -9. */
export async function startServers(run: Run, ports: ServerPorts, onEnd: KeptOptions['onEnd']): Promise<Servers> {
  const cli = await findTemporalCli({ explicitPath: process.env['TEMPORAL_CLI_PATH'], env: process.env });
  // The data is temporary, but commits must survive kill -9.
  const durable: Run = { ...run, data: { ...run.data, ephemeral: false } };

  const startPostgresServer = async () => {
    const { child, superuserUrl } = await startPostgres(durable, ports.postgres);
    await ensureAppDatabase({ superuserUrl, ...appDatabase });
    return child;
  };
  const startTemporal = async () => {
    const { child } = await startTemporalServer({
      supervisor: run.supervisor,
      cli: cli.path,
      port: ports.temporal,
      uiPort: ports.temporalUi,
      namespace,
      logFile: join(run.data.logs, 'temporal.log'),
      folder: run.data.temporal,
      dynamicConfig: onePartition,
    });
    return child;
  };

  const [postgres, temporal] = await Promise.all([
    keepUp({ name: 'PostgreSQL', start: startPostgresServer, onEnd }),
    keepUp({ name: 'Temporal', start: startTemporal, onEnd }),
  ]);
  return { postgres, temporal };
}
