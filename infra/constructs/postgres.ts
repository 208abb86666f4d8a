import { Volume } from '@cdktf/provider-docker/lib/volume/index.js';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { ports, services } from '../../platform/settings/names.js';
import { secretsFolder } from '../container-environment.js';
import { dataFolder, serverTmpfs } from '../postgres-folders.js';
import { users } from '../secrets.js';
import { labels, type Stage } from '../stage.js';
import type { PartProps } from './container-part.js';
import { publishedPort, ServiceContainer } from './service-container.js';

/** Connections for the app's pools and Temporal's four services, and some for people. */
const maxConnections = 200;
/** Initialised alike wherever it runs: order of texts from PostgreSQL itself, which no change of the image's libc alters. */
const initdb = [
  '--auth-local=trust --auth-host=scram-sha-256 --data-checksums',
  '--encoding=UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C',
].join(' ');

/** One PostgreSQL for the app and for Temporal, on a named volume. */
export class Postgres extends Construct {
  readonly service: ServiceContainer;

  constructor(scope: Construct, id: string, base: PartProps) {
    super(scope, id);
    const { stage } = base;
    const volume = this.volumeOf(stage);
    this.service = new ServiceContainer(this, 'service', {
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
      volumes: { [dataFolder]: volume },
      tmpfs: serverTmpfs,
      // By address: during the first start a server without one answers on the socket already.
      healthcheck: {
        test: ['CMD', 'pg_isready', '--quiet', '--host=127.0.0.1', '--username=postgres'],
        intervalSeconds: 2,
        startPeriodSeconds: 60,
      },
      stopSeconds: 60,
      ports: publishedPort(stage, 'postgres', ports.postgres),
    });
  }

  /**
   * The volume's name. Data that is to stay must not be in Terraform's state, which is all that a destroy looks at: such a volume is
   * only named, and Docker makes it. Where an earlier deploy managed it, Terraform is told to forget it rather than to remove it.
   */
  private volumeOf(stage: Stage): string {
    const id = 'data';
    if (stage.removalPolicy === 'destroy') {
      const volume = new Volume(this, id, {
        name: stage.volume,
        labels: [{ label: labels.stage, value: stage.name }],
        // One that an earlier deploy left has none, and any change of a volume is another volume, without the data.
        lifecycle: { ignoreChanges: ['labels'] },
      });
      volume.overrideLogicalId(dataVolumeId);
      return volume.name;
    }
    TerraformStack.of(this).addOverride('removed', [
      { from: `docker_volume.${dataVolumeId}`, lifecycle: { destroy: false } },
    ]);
    return stage.volume;
  }
}

/** Id of the data's volume among Terraform's resources, where it is one. */
const dataVolumeId = 'postgres_data';
