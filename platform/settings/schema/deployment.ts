import type { SettingSchema } from '../setting.js';
import { host, path } from './types.js';

const group = 'Deployment (cdktf)';
/** Published port of a stage. 0 stands for the stage's own, so that two stages never need to be told apart by hand. */
const publishedPort = { type: 'integer', minimum: 0, maximum: 65_535, default: 0, group } as const;

/** Docker publishes on every address what it cannot read as an IP address: `exposureFaults` rejects names. */
const bindAddress = { ...host, default: '127.0.0.1', group } as const;

/** Settings of a deployed stage: what surrounds the containers, not what runs in them. */
export const deploymentSettings = {
  ATLAS_STAGE_KIND: {
    type: 'string',
    enum: ['development', 'production'],
    group,
    description:
      'What the stage is for; production guards its data more strictly. When not set, stages called prod, production or prod-… are production, all others development',
  },
  ATLAS_STAGES_DIR: {
    ...path,
    group,
    description:
      'Folder of the stages: a folder each, with its secrets and its state; `.stages` in the clone when not set',
  },
  ATLAS_DATA_REMOVAL: {
    type: 'string',
    enum: ['retain', 'destroy'],
    default: 'retain',
    group,
    description: "What a destroy does with the stage's data: retain leaves it for the next deploy, destroy removes it",
  },
  ATLAS_ALLOW_DATA_REMOVAL: {
    type: 'string',
    minLength: 1,
    group,
    description: 'Name of the production stage whose data may be removed; without it every way to remove it is refused',
  },
  ATLAS_STATE_BACKEND: {
    type: 'string',
    enum: ['local', 'pg'],
    default: 'local',
    group,
    description: "Where Terraform keeps its state: in the stage's folder, or in a PostgreSQL that several people share",
  },
  PG_CONN_STR: {
    type: 'string',
    minLength: 1,
    secret: true,
    group,
    description:
      "Address of that PostgreSQL, under the name that Terraform's pg backend reads; not the stage's own server",
  },
  DEPLOY_BIND_ADDRESS: {
    ...bindAddress,
    description:
      'IP address of this machine on which the API listens, through its proxy; the rest of the stage does not follow it',
  },
  DEPLOY_API_PORT: {
    ...publishedPort,
    description:
      'Port of the API, through the proxy; 0 takes 8080 for dev and one that follows from the name for others',
  },
  DEPLOY_UI_PORT: { ...publishedPort, description: "Port of Temporal's UI; 0 as above, 8081 for dev" },
  DEPLOY_UI_BIND_ADDRESS: {
    ...bindAddress,
    description: "IP address on which Temporal's UI listens; any but a loopback address requires DEPLOY_UI_PASSWORD",
  },
  DEPLOY_UI_USER: {
    type: 'string',
    pattern: '^[A-Za-z0-9._@-]{1,64}$',
    default: 'admin',
    group,
    description: "User of the login in front of Temporal's UI",
  },
  DEPLOY_UI_PASSWORD: {
    type: 'string',
    // bcrypt ignores what follows 72 bytes, and browsers disagree about how to encode other characters.
    pattern: '^[ -~]{12,72}$',
    secret: true,
    group,
    description:
      "Password of the login in front of Temporal's UI, 12 to 72 printable ASCII characters; without one, the UI has no login and listens on a loopback address",
  },
  DEPLOY_POSTGRES_PORT: { ...publishedPort, description: 'Port of PostgreSQL, published for dev only; 0 takes 15432' },
  DEPLOY_POSTGRES_BIND_ADDRESS: {
    ...bindAddress,
    description:
      'IP address on which PostgreSQL listens, for dev only; any but a loopback address requires DEPLOY_EXPOSE_POSTGRES_WITHOUT_TLS=true',
  },
  DEPLOY_EXPOSE_POSTGRES_WITHOUT_TLS: {
    type: 'boolean',
    default: false,
    group,
    description:
      'Accepts that data and passwords cross the network in plain text, and that everybody there can try passwords of the superuser',
  },
  DEPLOY_TEMPORAL_PORT: {
    ...publishedPort,
    description: "Port of Temporal's frontend (gRPC), published for dev only; 0 takes 17233",
  },
  DEPLOY_TEMPORAL_BIND_ADDRESS: {
    ...bindAddress,
    description:
      "IP address on which Temporal's frontend listens, for dev only; any but a loopback address requires DEPLOY_EXPOSE_TEMPORAL_WITHOUT_LOGIN=true",
  },
  DEPLOY_EXPOSE_TEMPORAL_WITHOUT_LOGIN: {
    type: 'boolean',
    default: false,
    group,
    description:
      'Accepts that everybody who reaches the port can read, start, change and terminate every workflow: it has neither login nor TLS',
  },
  DEPLOY_API_REPLICAS: {
    type: 'integer',
    minimum: 1,
    maximum: 32,
    default: 2,
    group,
    description: 'API containers behind the proxy',
  },
  DEPLOY_WORKERS_PER_QUEUE: {
    type: 'integer',
    minimum: 1,
    maximum: 32,
    default: 1,
    group,
    description: 'Worker containers per task queue',
  },
} as const satisfies Record<string, SettingSchema>;
