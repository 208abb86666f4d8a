import type { SettingSchema } from '../setting.js';
import { host, path } from './types.js';

const group = 'Deployment (cdktf)';
/** Published port of a stage. With 0, the port follows from the stage's name, so that stages do not collide. */
const publishedPort = { type: 'integer', minimum: 0, maximum: 65_535, default: 0, group } as const;

/** Docker publishes on every address if this is not an IP address: `exposureFaults` rejects names. */
const bindAddress = { ...host, default: '127.0.0.1', group } as const;

/** Settings of a deployed stage that concern its containers and their host, not the processes in them. */
export const deploymentSettings = {
  ATLAS_STAGE_KIND: {
    type: 'string',
    enum: ['development', 'production'],
    group,
    description:
      'Kind of the stage; production protects its data more strictly. By default, stages named prod, production or prod-… are production, all others development',
  },
  ATLAS_STAGES_DIR: {
    ...path,
    group,
    description:
      'Folder that has a subfolder for each stage, with its secrets and state; by default `.stages` in the clone',
  },
  ATLAS_DATA_REMOVAL: {
    type: 'string',
    enum: ['retain', 'destroy'],
    default: 'retain',
    group,
    description: "Whether a destroy keeps the stage's data for the next deploy (retain) or removes it (destroy)",
  },
  ATLAS_ALLOW_DATA_REMOVAL: {
    type: 'string',
    minLength: 1,
    group,
    description:
      'Name of the production stage whose data may be removed; without it, every command that would remove the data fails',
  },
  ATLAS_STATE_BACKEND: {
    type: 'string',
    enum: ['local', 'pg'],
    default: 'local',
    group,
    description: "Where Terraform stores its state: in the stage's folder (local) or in a shared PostgreSQL (pg)",
  },
  PG_CONN_STR: {
    type: 'string',
    minLength: 1,
    secret: true,
    group,
    description:
      "Connection string of that PostgreSQL, read by Terraform's pg backend; it cannot be the stage's own server",
  },
  DEPLOY_BIND_ADDRESS: {
    ...bindAddress,
    description:
      'IP address of this machine on which the proxy of the API listens; it does not apply to other services',
  },
  DEPLOY_TRUSTED_PROXIES: {
    type: 'array',
    items: { type: 'string', pattern: '^[0-9A-Fa-f.:]+(/(0|[1-9][0-9]{0,2}))?$' },
    default: [],
    uniqueItems: true,
    group,
    description:
      'IP addresses and networks (CIDR) of the load balancers in front of the stage: the address of a caller is then the last one in X-Forwarded-For that is not one of them',
  },
  DEPLOY_API_PORT: {
    ...publishedPort,
    description:
      'Port of the API (the proxy); 0 selects 8080 for dev and a port derived from the name for other stages',
  },
  DEPLOY_UI_PORT: {
    ...publishedPort,
    description: 'Port of the Temporal UI; 0 selects 8081 for dev and a port derived from the name for other stages',
  },
  DEPLOY_UI_BIND_ADDRESS: {
    ...bindAddress,
    description: 'IP address on which the Temporal UI listens; all but loopback addresses require DEPLOY_UI_PASSWORD',
  },
  DEPLOY_UI_USER: {
    type: 'string',
    pattern: '^[A-Za-z0-9._@-]{1,64}$',
    default: 'admin',
    group,
    description: 'User name for the login of the Temporal UI',
  },
  DEPLOY_UI_PASSWORD: {
    type: 'string',
    // bcrypt ignores all bytes after the 72nd, and browsers encode other characters differently.
    pattern: '^[ -~]{12,72}$',
    secret: true,
    group,
    description:
      'Password for the login of the Temporal UI, 12 to 72 printable ASCII characters; without it, the UI has no login and must listen on a loopback address',
  },
  DEPLOY_POSTGRES_PORT: {
    ...publishedPort,
    description: 'Port of PostgreSQL, published for dev only; 0 selects 15432',
  },
  DEPLOY_POSTGRES_BIND_ADDRESS: {
    ...bindAddress,
    description:
      'IP address on which PostgreSQL listens, for dev only; all but loopback addresses require DEPLOY_EXPOSE_POSTGRES_WITHOUT_TLS=true',
  },
  DEPLOY_EXPOSE_POSTGRES_WITHOUT_TLS: {
    type: 'boolean',
    default: false,
    group,
    description:
      'Allows PostgreSQL on a network address: data and passwords cross the network in plain text, and everyone on it can try passwords of the superuser',
  },
  DEPLOY_TEMPORAL_PORT: {
    ...publishedPort,
    description: 'Port of the Temporal frontend (gRPC), published for dev only; 0 selects 17233',
  },
  DEPLOY_TEMPORAL_BIND_ADDRESS: {
    ...bindAddress,
    description:
      'IP address on which the Temporal frontend listens, for dev only; all but loopback addresses require DEPLOY_EXPOSE_TEMPORAL_WITHOUT_LOGIN=true',
  },
  DEPLOY_EXPOSE_TEMPORAL_WITHOUT_LOGIN: {
    type: 'boolean',
    default: false,
    group,
    description:
      'Allows Temporal on a network address: it has neither login nor TLS, so everyone who reaches the port can read, start, change and terminate every workflow',
  },
  DEPLOY_API_REPLICAS: {
    type: 'integer',
    minimum: 1,
    maximum: 32,
    default: 2,
    group,
    description: 'Number of API containers behind the proxy',
  },
  DEPLOY_WORKERS_PER_QUEUE: {
    type: 'integer',
    minimum: 1,
    maximum: 32,
    default: 1,
    group,
    description: 'Number of worker containers. They serve every task queue that has no workers of its own',
  },
  DEPLOY_ACTIVITY_WORKERS: {
    type: 'integer',
    minimum: 0,
    maximum: 32,
    default: 0,
    group,
    description:
      'Number of further worker containers that serve only the task queue activities. With 0, the other workers serve it',
  },
} as const satisfies Record<string, SettingSchema>;
