import type { SettingSchema } from '../setting.js';
import { host, path } from './types.js';

const group = 'Deployment (cdktf)';
/** Published port of a stage. 0 stands for the stage's own, so that two stages never need to be told apart by hand. */
const publishedPort = { type: 'integer', minimum: 0, maximum: 65_535, default: 0, group } as const;

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
    ...host,
    default: '127.0.0.1',
    group,
    description: 'Address of this machine on which the published ports listen',
  },
  DEPLOY_API_PORT: {
    ...publishedPort,
    description:
      'Port of the API, through the proxy; 0 takes 8080 for dev and one that follows from the name for others',
  },
  DEPLOY_UI_PORT: { ...publishedPort, description: "Port of Temporal's UI; 0 as above, 8081 for dev" },
  DEPLOY_POSTGRES_PORT: { ...publishedPort, description: 'Port of PostgreSQL, published for dev only; 0 takes 15432' },
  DEPLOY_TEMPORAL_PORT: {
    ...publishedPort,
    description: "Port of Temporal's frontend (gRPC), published for dev only; 0 takes 17233",
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
