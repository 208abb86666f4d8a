import type { Construct } from 'constructs';
import { ports, services } from '../../platform/settings/names.js';
import { users } from '../secrets.js';
import { configFile } from './config-file.js';
import type { PartProps } from './container-part.js';
import { JobContainer } from './job-container.js';
import type { PostgresRolesJob } from './postgres-roles-job.js';

/** Creates or migrates Temporal's tables before the server of that version starts. */
export class TemporalSchemaJob extends JobContainer {
  constructor(scope: Construct, id: string, { roles, ...base }: PartProps & { readonly roles: PostgresRolesJob }) {
    super(scope, id, {
      ...base,
      part: 'temporal-schema',
      purpose: "Migrating Temporal's schema",
      uid: users.temporal,
      limits: { memoryMb: 256, cpus: 1 },
      entrypoint: ['sh', '-eu', '-c'],
      command: [configFile('temporal/schema.sh')],
      environment: { SQL_HOST: services.postgres, SQL_PORT: String(ports.postgres), SQL_USER: 'temporal' },
      secrets: 'temporal-schema',
      replaceTriggeredBy: [roles],
    });
  }
}
