import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { product } from '../config/product.js';
import { type AuthenticationKind, acceptsTokens } from '../platform/settings/authentication.js';
import type { ProductSettings } from '../platform/settings/define-settings.js';
import { isLoopbackUrl } from '../platform/settings/loopback.js';
import { projectRoot } from '../platform/settings/project.js';
import type { SettingFault } from '../platform/settings/settings.js';
import { type DeploySettings, stageAuthentication } from './container-environment.js';
import {
  type BindAddresses,
  bindAddressesOf,
  exposureFaults,
  type PublishedPorts,
  trustedProxyFaults,
} from './exposure.js';

export type StageKind = 'development' | 'production';

/** The login in front of Temporal's UI. */
export interface UiLogin {
  readonly user: string;
  readonly password: string;
}

/** A deployment and the names and places derived from its name. Two stages share nothing on one engine. */
export interface Stage {
  readonly name: string;
  readonly kind: StageKind;
  /** Id of the stack, and prefix of its containers' names. */
  readonly prefix: string;
  readonly network: string;
  /** Volume of PostgreSQL, with the data of the app and of Temporal. */
  readonly volume: string;
  /** Name of the app's image, with the first part of its tag; the second is the hash of its inputs. */
  readonly image: string;
  /** Absolute path of the folder with the stage's secrets, state and locks. */
  readonly folder: string;
  readonly secretsFolder: string;
  /** Changes when a password changes. @default - unknown: no secrets exist yet */
  readonly secretsGeneration?: string;
  /** Id of the API's first key, which is not secret. @default - unknown: no secrets exist yet */
  readonly apiKeyId?: string;
  /** What the API requires of each call: an API key, a token of the OIDC issuer, or one of both. */
  readonly authentication: Exclude<AuthenticationKind, 'none'>;
  /** Host address on which each port listens. */
  readonly bindAddresses: BindAddresses;
  readonly ports: PublishedPorts;
  /** Addresses and networks of load balancers in front of the stage's proxy. */
  readonly trustedProxies: readonly string[];
  /** Login in front of Temporal's UI. @default - no login: the UI listens on a loopback address only */
  readonly uiLogin?: UiLogin;
  /** Changes when the password of the login changes. @default - unknown: no file contains its hash yet */
  readonly uiLoginFingerprint?: string;
  /** Definitions of the product's settings. */
  readonly productSettings: ProductSettings;
  /** By the name of a secret that the team supplied; changes with its value. @default - unknown: the secrets were not read yet */
  readonly suppliedFingerprints?: Readonly<Record<string, string>>;
  readonly removalPolicy: 'retain' | 'destroy';
  readonly apiReplicas: number;
  readonly workers: number;
  /** Workers of the queue `activities` alone. 0: the other workers serve it too. */
  readonly activityWorkers: number;
}

/** Repository of the app's images. */
export const imageName = `${product.name}-app`;

/** Labels that identify the project's containers, networks and volumes on an engine, even without Terraform's state. */
export const labels = {
  stage: `${product.name}.stage`,
  part: `${product.name}.part`,
  definition: `${product.name}.definition`,
  secrets: `${product.name}.secrets`,
  apiKey: `${product.name}.api-key`,
  uiLogin: `${product.name}.ui-login`,
  supplied: `${product.name}.supplied-secrets`,
} as const;

/**
 * The stage that the settings describe. Reads no files.
 * @param productSettings - definitions of the product's settings. @default - those of `config/settings.ts`
 */
export function stageOf(settings: DeploySettings, productSettings: ProductSettings = product.settings): Stage {
  const name = settings.ATLAS_STAGE;
  const prefix = `${product.name}-${name}`;
  // Docker would take the relative source of a mount for the name of a volume.
  const folder = resolve(projectRoot, settings.ATLAS_STAGES_DIR ?? '.stages', name);
  const defaults = defaultPorts(name);
  return {
    name,
    kind: kindOf(settings),
    prefix,
    network: name === 'dev' ? `${product.name}-network` : `${product.name}-network-${name}`,
    volume: `${prefix}-postgres-data`,
    image: `${imageName}:${name}`,
    folder,
    secretsFolder: join(folder, 'secrets'),
    authentication: stageAuthentication(settings),
    bindAddresses: bindAddressesOf(settings),
    ports: {
      api: settings.DEPLOY_API_PORT || defaults.api,
      ui: settings.DEPLOY_UI_PORT || defaults.ui,
      ...(name === 'dev' && {
        postgres: settings.DEPLOY_POSTGRES_PORT || defaults.postgres,
        temporal: settings.DEPLOY_TEMPORAL_PORT || defaults.temporal,
      }),
    },
    trustedProxies: settings.DEPLOY_TRUSTED_PROXIES,
    ...(settings.DEPLOY_UI_PASSWORD !== undefined && {
      uiLogin: { user: settings.DEPLOY_UI_USER, password: settings.DEPLOY_UI_PASSWORD },
    }),
    productSettings,
    removalPolicy: settings.ATLAS_DATA_REMOVAL,
    apiReplicas: settings.DEPLOY_API_REPLICAS,
    workers: settings.DEPLOY_WORKERS_PER_QUEUE,
    activityWorkers: settings.DEPLOY_ACTIVITY_WORKERS,
  };
}

function kindOf(settings: DeploySettings): StageKind {
  return settings.ATLAS_STAGE_KIND ?? (/^prod(uction)?(-|$)/.test(settings.ATLAS_STAGE) ? 'production' : 'development');
}

/**
 * `dev` has fixed ports that `npm start` does not use. Other stages have two adjacent ports from 20000 to 29999, derived from the name.
 * Two names may collide: the check before a deploy reports it, and the settings change the ports.
 */
function defaultPorts(stage: string) {
  if (stage === 'dev') return { api: 8080, ui: 8081, postgres: 15432, temporal: 17233 };
  const api = 20_000 + 2 * (createHash('sha256').update(stage).digest().readUInt32BE() % 5_000);
  return { api, ui: api + 1, postgres: 0, temporal: 0 };
}

const reservedRoles = ['postgres', 'temporal'];
const reservedDatabases = ['postgres', 'template0', 'template1', 'temporal', 'temporal_visibility'];

/** The faults of the settings for a deployment, beyond the form of each setting. */
export const stageFaults = (settings: DeploySettings): SettingFault[] => [
  ...databaseFaults(settings),
  ...issuerFaults(settings),
  ...stateFaults(settings),
  ...removalFaults(settings),
  ...exposureFaults(settings),
  ...trustedProxyFaults(settings),
  ...portFaults(settings),
];

const faultIf = (applies: boolean, variable: string, message: string): SettingFault[] =>
  applies ? [{ variable, message }] : [];

function databaseFaults({ POSTGRES_USER: role, POSTGRES_DB: database }: DeploySettings): SettingFault[] {
  const reserved = (name: string, what: string) =>
    `${name} is a ${what} of the stage's PostgreSQL itself; choose another name`;
  return [
    ...faultIf(reservedRoles.includes(role), 'POSTGRES_USER', reserved(role, 'role')),
    ...faultIf(reservedDatabases.includes(database), 'POSTGRES_DB', reserved(database, 'database')),
  ];
}

/** On a loopback address, a container reaches itself. */
const issuerFaults = (settings: DeploySettings): SettingFault[] =>
  (['API_OIDC_ISSUER', 'API_OIDC_JWKS_URL'] as const).flatMap((variable) => {
    const address = settings[variable];
    const isLocal = address !== undefined && URL.canParse(address) && isLoopbackUrl(address);
    const isUsed = acceptsTokens(stageAuthentication(settings));
    return faultIf(isLocal && isUsed, variable, `a container cannot reach ${address}; set an address that it can`);
  });

const stateFaults = ({ ATLAS_STATE_BACKEND, PG_CONN_STR: address }: DeploySettings): SettingFault[] => [
  ...faultIf(
    address === undefined && ATLAS_STATE_BACKEND === 'pg',
    'PG_CONN_STR',
    'required because ATLAS_STATE_BACKEND is pg; set it, or PG_CONN_STR_FILE',
  ),
  // The message must not show the value, which contains a password.
  ...faultIf(
    address !== undefined && !isConnectionString(address),
    'PG_CONN_STR',
    'must be a connection string such as postgres://user:password@host:5432/database; percent-encode / @ : ? # % in the password, such as %2F for /',
  ),
];

const removalFaults = (settings: DeploySettings): SettingFault[] =>
  faultIf(
    settings.ATLAS_DATA_REMOVAL === 'destroy' && !mayRemoveData(settings),
    'ATLAS_DATA_REMOVAL',
    `${settings.ATLAS_STAGE} is a production stage; to allow the removal of its data, also set ATLAS_ALLOW_DATA_REMOVAL=${settings.ATLAS_STAGE}`,
  );

function portFaults(settings: DeploySettings): SettingFault[] {
  const users = new Map<number, string>();
  return Object.entries(stageOf(settings).ports).flatMap(([part, port]) => {
    const variable = `DEPLOY_${part.toUpperCase()}_PORT`;
    const other = users.get(port);
    users.set(port, variable);
    return faultIf(other !== undefined, variable, `${port} is also ${other}; set another port`);
  });
}

/** Whether Terraform accepts it: a URL, or `key=value` pairs. */
function isConnectionString(text: string): boolean {
  if (!/^postgres(ql)?:\/\//.test(text)) return /^\s*\w+\s*=/.test(text);
  return URL.canParse(text) && !/%(?![0-9a-f]{2})/i.test(text);
}

/** Whether the settings allow removing the stage's data. A production stage requires its name in ATLAS_ALLOW_DATA_REMOVAL. */
export const mayRemoveData = (settings: DeploySettings): boolean =>
  kindOf(settings) !== 'production' || settings.ATLAS_ALLOW_DATA_REMOVAL === settings.ATLAS_STAGE;
