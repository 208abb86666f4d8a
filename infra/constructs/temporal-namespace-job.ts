import { Construct } from 'constructs';
import { ports, services } from '../../config/names.js';
import { users } from '../secrets.js';
import type { Stage } from '../stage.js';
import { configFile } from './config-file.js';
import { JobContainer } from './job-container.js';
import type { TemporalSchemaJob } from './temporal-schema-job.js';
import type { TemporalServer } from './temporal-server.js';

export interface TemporalNamespaceJobProps {
  readonly stage: Stage;
  readonly image: string;
  readonly network: string;
  readonly schema: TemporalSchemaJob;
  readonly server: TemporalServer;
  readonly namespace: string;
  /** Days for which a namespace that is made here keeps closed workflows. */
  readonly retentionDays: number;
}

/** Makes the app's namespace, which proves on the way that Temporal serves. */
export class TemporalNamespaceJob extends Construct {
  readonly job: JobContainer;

  constructor(scope: Construct, id: string, props: TemporalNamespaceJobProps) {
    super(scope, id);
    this.job = new JobContainer(this, 'job', {
      stage: props.stage,
      image: props.image,
      network: props.network,
      part: 'temporal-namespace',
      purpose: "Making Temporal's namespace",
      uid: users.temporal,
      limits: { memoryMb: 256, cpus: 1 },
      entrypoint: ['sh', '-eu', '-c'],
      command: [configFile('temporal/namespace.sh')],
      environment: {
        TEMPORAL_ADDRESS: `${services.temporal}:${ports.temporal}`,
        NAMESPACE: props.namespace,
        RETENTION_DAYS: String(props.retentionDays),
        // The CLI looks for a configuration in the home folder, which nothing can be written to.
        HOME: '/tmp',
      },
      tmpfs: { '/tmp': 'rw,noexec,nosuid,size=1m' },
      again: [props.schema.job.container, props.server.service.container],
    });
  }
}
