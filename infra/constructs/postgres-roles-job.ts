import type { Construct } from 'constructs';
import { ports, services } from '../../platform/settings/names.js';
import { dataFolder } from '../postgres-folders.js';
import { users } from '../secrets.js';
import { configFile } from './config-file.js';
import type { PartProps } from './container-part.js';
import { JobContainer } from './job-container.js';
import type { Postgres } from './postgres.js';

export interface PostgresRolesJobProps extends PartProps {
  readonly postgres: Postgres;
  readonly appRole: string;
  readonly appDatabase: string;
}

/** Creates the roles and databases of the app and of Temporal. PostgreSQL runs init scripts on an empty volume only. */
export class PostgresRolesJob extends JobContainer {
  constructor(scope: Construct, id: string, { postgres, appRole, appDatabase, ...base }: PostgresRolesJobProps) {
    super(scope, id, {
      ...base,
      part: 'postgres-roles',
      purpose: 'Creating roles and databases',
      uid: users.postgres,
      limits: { memoryMb: 128, cpus: 1 },
      entrypoint: ['bash', '-euo', 'pipefail', '-c'],
      command: [configFile('postgres/roles.sh')],
      environment: {
        PGHOST: services.postgres,
        PGPORT: String(ports.postgres),
        PGUSER: 'postgres',
        PGDATABASE: 'postgres',
        APP_ROLE: appRole,
        APP_DATABASE: appDatabase,
      },
      secrets: 'postgres-roles',
      // Bash writes here-documents to a file.
      tmpfs: {
        '/tmp': 'rw,noexec,nosuid,size=1m',
        // The image declares a volume here. Without this, Docker creates an anonymous volume and keeps it after the container.
        [dataFolder]: 'rw,noexec,nosuid,size=1m',
      },
      replaceTriggeredBy: [postgres],
    });
  }
}
