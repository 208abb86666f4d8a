import { Construct } from 'constructs';
import { type AppProps, appPart } from './app-part.js';
import { JobContainer } from './job-container.js';
import type { PostgresRolesJob } from './postgres-roles-job.js';

export interface MigrateJobProps extends AppProps {
  readonly roles: PostgresRolesJob;
}

/** Applies the app's pending migrations before anything that needs them starts. */
export class MigrateJob extends Construct {
  readonly job: JobContainer;

  constructor(scope: Construct, id: string, props: MigrateJobProps) {
    super(scope, id);
    this.job = new JobContainer(this, 'job', {
      ...appPart('migrate', props),
      part: 'migrate',
      purpose: "The migration of the app's database",
      limits: { memoryMb: 256, cpus: 1 },
      command: ['node', 'dist/migrations/main.js', 'up'],
      again: [props.roles.job.container],
    });
  }
}
