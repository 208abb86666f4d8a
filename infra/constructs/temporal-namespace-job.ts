import { Construct } from 'constructs';
import { ports, services } from '../../platform/settings/names.js';
import { users } from '../secrets.js';
import { configFile } from './config-file.js';
import type { PartProps } from './container-part.js';
import { JobContainer } from './job-container.js';
import type { TemporalSchemaJob } from './temporal-schema-job.js';
import type { TemporalServer } from './temporal-server.js';
import { withoutProxies } from './without-proxies.js';

export interface TemporalNamespaceJobProps extends PartProps {
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
    const { schema, server, namespace, retentionDays, ...base } = props;
    this.job = new JobContainer(this, 'job', {
      ...base,
      part: 'temporal-namespace',
      purpose: "Making Temporal's namespace",
      uid: users.temporal,
      limits: { memoryMb: 256, cpus: 1 },
      entrypoint: ['sh', '-eu', '-c'],
      command: [configFile('temporal/namespace.sh')],
      environment: {
        ...withoutProxies,
        TEMPORAL_ADDRESS: `${services.temporal}:${ports.temporal}`,
        NAMESPACE: namespace,
        RETENTION_DAYS: String(retentionDays),
        // The CLI looks for a configuration in the home folder, which nothing can be written to.
        HOME: '/tmp',
      },
      tmpfs: { '/tmp': 'rw,noexec,nosuid,size=1m' },
      replaceTriggeredBy: [schema.job.container, server.service.container],
    });
  }
}
