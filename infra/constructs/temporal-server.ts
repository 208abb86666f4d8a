import type { Construct } from 'constructs';
import { ports, services } from '../../platform/settings/names.js';
import { secretsFolder } from '../container-environment.js';
import { users } from '../secrets.js';
import type { Stage, StageKind } from '../stage.js';
import { configFile } from './config-file.js';
import type { PartProps } from './container-part.js';
import { publishedPort, ServiceContainer } from './service-container.js';
import type { TemporalSchemaJob } from './temporal-schema-job.js';
import { withoutProxies } from './without-proxies.js';

/** Cannot change once the database exists. Temporal recommends 512 for small production clusters; few shards start faster. */
const historyShards: Readonly<Record<StageKind, number>> = { development: 4, production: 512 };

const dynamicConfigPath = '/run/temporal/dynamic-config.yaml';

const environmentOf = ({ kind }: Stage) => ({
  ...withoutProxies,
  // This driver keeps prepared statements, which the driver `postgres12` does not.
  DB: 'postgres12_pgx',
  POSTGRES_SEEDS: services.postgres,
  DB_PORT: String(ports.postgres),
  POSTGRES_USER: 'temporal',
  BIND_ON_IP: '0.0.0.0',
  NUM_HISTORY_SHARDS: String(historyShards[kind]),
  // Makes Go collect garbage before the memory limit kills the process. Under load, Go may exceed this by 100 MiB.
  GOMEMLIMIT: '800MiB',
  SQL_MAX_CONNS: '10',
  SQL_MAX_IDLE_CONNS: '10',
  LOG_LEVEL: 'warn',
  DYNAMIC_CONFIG_FILE_PATH: dynamicConfigPath,
  DYNAMIC_CONFIG: configFile(`temporal/${kind}.yaml`),
});

/** Temporal's server with all services in one process, on the stage's PostgreSQL. */
export class TemporalServer extends ServiceContainer {
  constructor(scope: Construct, id: string, { schema, ...base }: PartProps & { readonly schema: TemporalSchemaJob }) {
    const { stage } = base;
    super(scope, id, {
      ...base,
      part: services.temporal,
      uid: users.temporal,
      limits: { memoryMb: 1024, cpus: 2 },
      entrypoint: ['sh', '-euc'],
      // The server accepts its password as a variable only. Reading the file here keeps it out of the definition.
      command: [
        [
          `printf '%s' "$DYNAMIC_CONFIG" > ${dynamicConfigPath}`,
          'unset DYNAMIC_CONFIG',
          `POSTGRES_PWD=$(cat ${secretsFolder}/temporal-password)`,
          'export POSTGRES_PWD',
          'exec /etc/temporal/entrypoint.sh',
        ].join('\n'),
      ],
      environment: environmentOf(stage),
      secrets: 'temporal',
      tmpfs: {
        '/tmp': 'rw,noexec,nosuid,size=16m',
        '/run/temporal': `rw,noexec,nosuid,size=1m,uid=${users.temporal},gid=${users.temporal},mode=0700`,
        // Some versions of the image write their configuration here.
        '/etc/temporal/config': `rw,noexec,nosuid,size=1m,uid=${users.temporal},gid=${users.temporal},mode=0700`,
      },
      // The image has no other tool. The namespace job checks that the server serves requests.
      healthcheck: {
        test: ['CMD', 'nc', '-z', '127.0.0.1', String(ports.temporal)],
        intervalSeconds: 2,
        startPeriodSeconds: 60,
      },
      stopSeconds: 30,
      dependsOn: [schema],
      ports: publishedPort(stage, 'temporal', ports.temporal),
    });
  }
}
