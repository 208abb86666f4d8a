import { Construct } from 'constructs';
import { ports, services } from '../../config/names.js';
import { users } from '../secrets.js';
import type { Stage } from '../stage.js';
import { configFile } from './config-file.js';
import { JobContainer } from './job-container.js';
import type { PostgresRolesJob } from './postgres-roles-job.js';

export interface TemporalSchemaJobProps {
  readonly stage: Stage;
  readonly image: string;
  readonly network: string;
  readonly roles: PostgresRolesJob;
}

/** Makes Temporal's tables, or brings them up to the server's version, before that server starts. */
export class TemporalSchemaJob extends Construct {
  readonly job: JobContainer;

  constructor(scope: Construct, id: string, props: TemporalSchemaJobProps) {
    super(scope, id);
    this.job = new JobContainer(this, 'job', {
      stage: props.stage,
      image: props.image,
      network: props.network,
      part: 'temporal-schema',
      purpose: "The update of Temporal's schema",
      uid: users.temporal,
      limits: { memoryMb: 256, cpus: 1 },
      entrypoint: ['sh', '-eu', '-c'],
      command: [configFile('temporal/schema.sh')],
      environment: { SQL_HOST: services.postgres, SQL_PORT: String(ports.postgres), SQL_USER: 'temporal' },
      secrets: 'temporal-schema',
      again: [props.roles.job.container],
    });
  }
}
