import { Construct } from 'constructs';
import { secretsFolder } from '../container-environment.js';
import { type AppProps, appPart } from './app-part.js';
import { JobContainer } from './job-container.js';
import type { PostgresRolesJob } from './postgres-roles-job.js';

export interface MigrateJobProps extends AppProps {
  readonly roles: PostgresRolesJob;
}

/** Who is known by the first key, to the API and in its audit log. */
const firstCaller = 'deploy';

/**
 * Applies the app's pending migrations before anything that needs them starts, and makes the API's first key out of its file. A key that
 * is there stays as it is, also when it was revoked.
 */
export class MigrateJob extends Construct {
  readonly job: JobContainer;

  constructor(scope: Construct, id: string, props: MigrateJobProps) {
    super(scope, id);
    const { apiKeyId } = props.stage;
    this.job = new JobContainer(this, 'job', {
      ...appPart('migrate', props),
      part: 'migrate',
      purpose: "Preparing the app's database",
      limits: { memoryMb: 256, cpus: 1 },
      command: [
        ...['sh', '-euc'],
        `node dist/tools/migrate/main.js up
exec node dist/tools/keys/main.js ensure --file ${secretsFolder}/api-key --name ${firstCaller} --scopes runs:admin`,
      ],
      // Another key in the same file is nothing that the container's definition would tell of.
      labels: { ...(apiKeyId !== undefined && { 'atlas.api-key': apiKeyId }) },
      replaceTriggeredBy: [props.roles.job.container],
    });
  }
}
