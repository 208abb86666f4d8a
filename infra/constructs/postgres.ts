import { Volume } from '@cdktf/provider-docker/lib/volume/index.js';
import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { ports, services } from '../../platform/settings/names.js';
import { secretsFolder } from '../container-environment.js';
import { dataFolder, serverTmpfs } from '../postgres-folders.js';
import { users } from '../secrets.js';
import { labels, type Stage } from '../stage.js';
import type { PartProps } from './container-part.js';
import { publishedPort, ServiceContainer } from './service-container.js';

/** For the app's pools, Temporal's four services and manual connections. */
const maxConnections = 200;
/** Collation of PostgreSQL itself: an image with another libc must not change the sort order. */
const initdb = [
  '--auth-local=trust --auth-host=scram-sha-256 --data-checksums',
  '--encoding=UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C',
].join(' ');

/** One PostgreSQL for the app and for Temporal, on a named volume. */
export class Postgres extends ServiceContainer {
  constructor(scope: Construct, id: string, base: PartProps) {
    const { stage } = base;
    super(scope, id, {
      ...base,
      part: services.postgres,
      uid: users.postgres,
      limits: { memoryMb: 1024, cpus: 2 },
      sharedMemoryMb: 128,
      environment: {
        POSTGRES_PASSWORD_FILE: `${secretsFolder}/superuser-password`,
        POSTGRES_INITDB_ARGS: initdb,
        PGDATA: dataFolder,
      },
      command: ['postgres', '-c', `max_connections=${maxConnections}`],
      secrets: 'postgres',
      volumes: { [dataFolder]: dataVolume(scope, `${id}-data`, stage) },
      tmpfs: serverTmpfs,
      // The temporary server of the first start listens on the socket only.
      healthcheck: {
        test: ['CMD', 'pg_isready', '--quiet', '--host=127.0.0.1', '--username=postgres'],
        intervalSeconds: 2,
        startPeriodSeconds: 60,
      },
      stopSeconds: 60,
      ports: publishedPort(stage, 'postgres', ports.postgres),
    });
  }
}

/** Terraform id of the data volume. */
const dataVolumeId = 'postgres_data';

/**
 * The volume's name, or a reference to it. Terraform's destroy removes everything in its state, so a volume to retain is not in
 * the state: Docker creates it by name. A `removed` block makes Terraform forget a volume that an earlier deploy managed.
 */
function dataVolume(scope: Construct, id: string, stage: Stage): string {
  if (stage.removalPolicy === 'destroy') {
    const volume = new Volume(scope, id, {
      name: stage.volume,
      labels: [{ label: labels.stage, value: stage.name }],
      // A retained volume of an earlier deploy has no labels, and any change would replace the volume and lose the data.
      lifecycle: { ignoreChanges: ['labels'] },
    });
    volume.overrideLogicalId(dataVolumeId);
    return volume.name;
  }
  TerraformStack.of(scope).addOverride('removed', [
    { from: `docker_volume.${dataVolumeId}`, lifecycle: { destroy: false } },
  ]);
  return stage.volume;
}
