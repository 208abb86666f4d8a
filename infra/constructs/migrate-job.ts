import { Construct } from 'constructs';
import { containerEnvironment, type DeploySettings } from '../container-environment.js';
import { users } from '../secrets.js';
import type { Stage } from '../stage.js';
import { JobContainer } from './job-container.js';
import type { PostgresRolesJob } from './postgres-roles-job.js';

export interface MigrateJobProps {
  readonly stage: Stage;
  readonly image: string;
  readonly network: string;
  readonly roles: PostgresRolesJob;
  readonly settings: DeploySettings;
}

/** Applies the app's pending migrations before anything that needs them starts. */
export class MigrateJob extends Construct {
  readonly job: JobContainer;

  constructor(scope: Construct, id: string, { stage, image, network, roles, settings }: MigrateJobProps) {
    super(scope, id);
    this.job = new JobContainer(this, 'job', {
      stage,
      image,
      network,
      part: 'migrate',
      purpose: "The migration of the app's database",
      uid: users.app,
      limits: { memoryMb: 256, cpus: 1 },
      command: ['node', 'dist/migrations/main.js', 'up'],
      environment: containerEnvironment('migrate', settings),
      secrets: 'migrate',
      again: [roles.job.container],
    });
  }
}
