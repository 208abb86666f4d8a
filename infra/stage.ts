import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { projectRoot } from '../platform/settings/project.js';
import type { SettingFault } from '../platform/settings/settings.js';
import type { DeploySettings } from './container-environment.js';
import { type BindAddresses, bindAddressesOf, exposureFaults, type PublishedPorts } from './exposure.js';

export type StageKind = 'development' | 'production';

/** Who may see Temporal's UI. */
export interface UiLogin {
  readonly user: string;
  readonly password: string;
}

/** A deployment's name and all that follows from it, so that two of them share nothing on one engine. */
export interface Stage {
  readonly name: string;
  readonly kind: StageKind;
  /** Id of the stack, and the first part of its containers' names. */
  readonly prefix: string;
  readonly network: string;
  /** Volume of PostgreSQL: the app's data and Temporal's. */
  readonly volume: string;
  /** Repository and first part of the tag of the app's image; the second is the hash of its inputs. */
  readonly image: string;
  /** Folder of the stage's secrets, state and locks; absolute. */
  readonly folder: string;
  readonly secretsFolder: string;
  /** Changes when the passwords do. @default - not known: nothing was made yet */
  readonly secretsGeneration?: string;
  /** Id of the API's first key, which is no secret. @default - not known: nothing was made yet */
  readonly apiKeyId?: string;
  /** Addresses of this machine on which the ports listen. */
  readonly bindAddresses: BindAddresses;
  readonly ports: PublishedPorts;
  /** Login in front of Temporal's UI. @default - none: the UI listens on a loopback address only */
  readonly uiLogin?: UiLogin;
  /** Changes when the login's password does. @default - not known: no file holds this password's hash yet */
  readonly uiLoginFingerprint?: string;
  readonly removalPolicy: 'retain' | 'destroy';
  readonly apiReplicas: number;
  readonly workersPerQueue: number;
}

/** Labels by which everything of the project is found on an engine, also when the state is gone. */
export const labels = { stage: 'atlas.stage', part: 'atlas.part' } as const;

/** The stage that the settings name. Reads nothing else. */
export function stageOf(settings: DeploySettings): Stage {
  const name = settings.ATLAS_STAGE;
  const prefix = `atlas-${name}`;
  // Absolute: Docker mounts files out of it, and takes a relative source for the name of a volume.
  const folder = resolve(projectRoot, settings.ATLAS_STAGES_DIR ?? '.stages', name);
  const own = ownPorts(name);
  return {
    name,
    kind: kindOf(settings),
    prefix,
    network: name === 'dev' ? 'atlas-network' : `atlas-network-${name}`,
    volume: `${prefix}-postgres-data`,
    image: `atlas-app:${name}`,
    folder,
    secretsFolder: join(folder, 'secrets'),
    bindAddresses: bindAddressesOf(settings),
    ports: {
      api: settings.DEPLOY_API_PORT || own.api,
      ui: settings.DEPLOY_UI_PORT || own.ui,
      ...(name === 'dev' && {
        postgres: settings.DEPLOY_POSTGRES_PORT || own.postgres,
        temporal: settings.DEPLOY_TEMPORAL_PORT || own.temporal,
      }),
    },
    ...(settings.DEPLOY_UI_PASSWORD !== undefined && {
      uiLogin: { user: settings.DEPLOY_UI_USER, password: settings.DEPLOY_UI_PASSWORD },
    }),
    removalPolicy: settings.ATLAS_DATA_REMOVAL,
    apiReplicas: settings.DEPLOY_API_REPLICAS,
    workersPerQueue: settings.DEPLOY_WORKERS_PER_QUEUE,
  };
}

function kindOf(settings: DeploySettings): StageKind {
  return settings.ATLAS_STAGE_KIND ?? (/^prod(uction)?(-|$)/.test(settings.ATLAS_STAGE) ? 'production' : 'development');
}

/**
 * `dev` has round numbers, none of them one of the embedded mode's; the others have two neighbours from 20000 to 29999 that follow
 * from the name. Names may meet there: the check before a deploy tells, and the settings part them.
 */
function ownPorts(stage: string) {
  if (stage === 'dev') return { api: 8080, ui: 8081, postgres: 15432, temporal: 17233 };
  const api = 20_000 + 2 * (createHash('sha256').update(stage).digest().readUInt32BE() % 5_000);
  return { api, ui: api + 1, postgres: 0, temporal: 0 };
}

const superuser = 'postgres';
const temporalRole = 'temporal';
const takenDatabases = ['postgres', 'template0', 'template1', 'temporal', 'temporal_visibility'];

/** What is wrong with the settings for a deployment, beyond what each of them allows by itself. */
export function stageFaults(settings: DeploySettings): SettingFault[] {
  const faults: SettingFault[] = [];
  const add = (variable: string, message: string) => faults.push({ variable, message });
  if ([superuser, temporalRole].includes(settings.POSTGRES_USER))
    add('POSTGRES_USER', `${settings.POSTGRES_USER} is the name of a role that the stage's server has already`);
  if (takenDatabases.includes(settings.POSTGRES_DB))
    add('POSTGRES_DB', `${settings.POSTGRES_DB} is the name of a database that the stage's server has already`);
  if (settings.ATLAS_STATE_BACKEND === 'pg' && settings.PG_CONN_STR === undefined)
    add('PG_CONN_STR', 'required because ATLAS_STATE_BACKEND is pg; set it, or PG_CONN_STR_FILE');
  // Without a word of it: it holds a password.
  else if (settings.PG_CONN_STR !== undefined && !isPostgresAddress(settings.PG_CONN_STR))
    add(
      'PG_CONN_STR',
      'not an address like postgres://user:password@host:5432/database; write / @ : ? # % in a password as %2F and so on',
    );
  if (settings.ATLAS_DATA_REMOVAL === 'destroy' && !mayRemoveData(settings))
    add(
      'ATLAS_DATA_REMOVAL',
      `${settings.ATLAS_STAGE} is a production stage; to have its data destroyed, set ATLAS_ALLOW_DATA_REMOVAL=${settings.ATLAS_STAGE} as well`,
    );
  faults.push(...exposureFaults(settings));
  const used = new Map<number, string>();
  for (const [part, port] of Object.entries(stageOf(settings).ports)) {
    const other = used.get(port);
    const variable = `DEPLOY_${part.toUpperCase()}_PORT`;
    if (other) add(variable, `${port} is the port of ${other} already`);
    used.set(port, variable);
  }
  return faults;
}

/** As Terraform reads it: a URL, or words of the form `key=value`. */
function isPostgresAddress(text: string): boolean {
  if (!/^postgres(ql)?:\/\//.test(text)) return /^\s*\w+\s*=/.test(text);
  return URL.canParse(text) && !/%(?![0-9a-f]{2})/i.test(text);
}

/** Whether the data of the stage may be removed at all: production wants to be told by name. */
export const mayRemoveData = (settings: DeploySettings): boolean =>
  kindOf(settings) !== 'production' || settings.ATLAS_ALLOW_DATA_REMOVAL === settings.ATLAS_STAGE;
