import type { Construct } from 'constructs';
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
  /** Days for which a new namespace retains closed workflows. An existing namespace keeps its value. */
  readonly retentionDays: number;
}

/** Waits until Temporal serves requests, and creates the app's namespace. */
export class TemporalNamespaceJob extends JobContainer {
  constructor(scope: Construct, id: string, props: TemporalNamespaceJobProps) {
    const { schema, server, namespace, retentionDays, ...base } = props;
    super(scope, id, {
      ...base,
      part: 'temporal-namespace',
      purpose: "Creating Temporal's namespace",
      uid: users.temporal,
      limits: { memoryMb: 256, cpus: 1 },
      entrypoint: ['sh', '-eu', '-c'],
      command: [configFile('temporal/namespace.sh')],
      environment: {
        ...withoutProxies,
        TEMPORAL_ADDRESS: `${services.temporal}:${ports.temporal}`,
        NAMESPACE: namespace,
        RETENTION_DAYS: String(retentionDays),
        // The CLI reads its configuration from the home folder.
        HOME: '/tmp',
      },
      tmpfs: { '/tmp': 'rw,noexec,nosuid,size=1m' },
      replaceTriggeredBy: [schema, server],
    });
  }
}
