import type { Construct } from 'constructs';
import { acceptsKeys } from '../../platform/settings/authentication.js';
import { secretsFolder } from '../container-environment.js';
import { labels } from '../stage.js';
import { type AppProps, appPart } from './app-containers.js';
import { JobContainer } from './job-container.js';
import type { PostgresRolesJob } from './postgres-roles-job.js';

/** Name of the first key's caller, in the API and its audit log. */
const firstCaller = 'deploy';

const migrate = ['node', 'dist/tools/migrate/main.js', 'up'] as const;
const ensureKey = `exec node dist/tools/keys/main.js ensure --file ${secretsFolder}/api-key --name ${firstCaller} --scopes runs:admin`;

/**
 * Applies pending migrations before the app starts, and registers the API's first key from its file, if the API accepts keys. An existing
 * key stays as it is, even a revoked one.
 */
export class MigrateJob extends JobContainer {
  constructor(scope: Construct, id: string, props: AppProps & { readonly roles: PostgresRolesJob }) {
    const { apiKeyId, authentication } = props.stage;
    super(scope, id, {
      ...appPart('migrate', props),
      part: 'migrate',
      purpose: "Preparing the app's database",
      limits: { memoryMb: 256, cpus: 1 },
      command: acceptsKeys(authentication) ? [...['sh', '-euc'], `${migrate.join(' ')}\n${ensureKey}`] : [...migrate],
      // The definition contains the file's path only: the label reruns the job when the key changes.
      labels: { ...(apiKeyId !== undefined && { [labels.apiKey]: apiKeyId }) },
      replaceTriggeredBy: [props.roles],
    });
  }
}
