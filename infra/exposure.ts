import { isIP } from 'node:net';
import { isLoopback } from '../platform/settings/loopback.js';
import type { SettingFault } from '../platform/settings/settings.js';
import type { DeploySettings } from './container-environment.js';

/** The ports of this machine that a stage publishes. */
export interface PublishedPorts {
  readonly api: number;
  readonly ui: number;
  /** The stage `dev` only, for debugging. */
  readonly postgres?: number;
  readonly temporal?: number;
}

type Part = keyof PublishedPorts;

/** The setting with the host address on which each part listens. */
const bindSettings = {
  api: 'DEPLOY_BIND_ADDRESS',
  ui: 'DEPLOY_UI_BIND_ADDRESS',
  postgres: 'DEPLOY_POSTGRES_BIND_ADDRESS',
  temporal: 'DEPLOY_TEMPORAL_BIND_ADDRESS',
} as const satisfies Record<Part, keyof DeploySettings>;
const parts = Object.keys(bindSettings) as Part[];

export type BindAddresses = Readonly<Record<Part, string>>;

interface Exposure {
  readonly ports: PublishedPorts;
  readonly bindAddresses: BindAddresses;
}

/** The host addresses in the form that Docker accepts and Terraform's provider reads back: a name becomes an IP address. */
export const bindAddressesOf = (settings: DeploySettings): BindAddresses =>
  Object.fromEntries(
    parts.map((part) => {
      const address = settings[bindSettings[part]];
      return [part, address === 'localhost' ? '127.0.0.1' : address];
    }),
  ) as BindAddresses;

/** The risk when other machines reach a part, and the setting that accepts it. */
const risks = {
  postgres: {
    why: "PostgreSQL has no TLS here: data crosses the network in plain text, and anyone there can guess the superuser's password",
    acceptedBy: 'DEPLOY_EXPOSE_POSTGRES_WITHOUT_TLS',
  },
  temporal: {
    why: "Temporal's gRPC port has no login: anyone there can read, start, change and terminate every workflow",
    acceptedBy: 'DEPLOY_EXPOSE_TEMPORAL_WITHOUT_LOGIN',
  },
} as const;
const riskyParts = Object.keys(risks) as (keyof typeof risks)[];

/** Reports addresses on which Docker cannot listen, and unprotected parts that other machines could reach. The API always requires credentials. */
export function exposureFaults(settings: DeploySettings): SettingFault[] {
  const addresses = bindAddressesOf(settings);
  const faults = parts.flatMap((part): SettingFault[] => {
    const message = addressFault(addresses[part]);
    return message === undefined ? [] : [{ variable: bindSettings[part], message }];
  });
  const isExposed = (part: Part) => addressFault(addresses[part]) === undefined && !isLoopback(addresses[part]);
  if (isExposed('ui') && settings.DEPLOY_UI_PASSWORD === undefined)
    faults.push({
      variable: 'DEPLOY_UI_PASSWORD',
      message: `required because other machines can reach DEPLOY_UI_BIND_ADDRESS (${addresses.ui}), and Temporal's UI has no login of its own; set it, or set DEPLOY_UI_PASSWORD_FILE to the path of a file that contains it`,
    });
  for (const part of riskyParts) {
    const { why, acceptedBy } = risks[part];
    if (isExposed(part) && !settings[acceptedBy])
      faults.push({
        variable: bindSettings[part],
        message: `other machines can reach ${addresses[part]}, and ${why}; use 127.0.0.1, or accept the risk with ${acceptedBy}=true`,
      });
  }
  return faults;
}

/** Rejects invalid addresses and networks, and networks that contain every address. */
export const trustedProxyFaults = ({ DEPLOY_TRUSTED_PROXIES: trusted }: DeploySettings): SettingFault[] =>
  trusted.flatMap((item) => {
    const message = networkFault(item);
    return message === undefined ? [] : [{ variable: 'DEPLOY_TRUSTED_PROXIES', message }];
  });

function networkFault(item: string): string | undefined {
  const [address = '', bits] = item.split('/');
  const family = isIP(address);
  if (family === 0 || Number(bits ?? 0) > (family === 4 ? 32 : 128))
    return `${item} is neither an IP address nor a network such as 10.0.0.0/8 or 2001:db8::/32`;
  const mapped = mappedFault(item);
  if (mapped !== undefined) return mapped;
  if (bits !== undefined && Number(bits) === 0)
    return `${item} contains every address: each caller could claim another one; name the load balancers`;
  return undefined;
}

function addressFault(address: string): string | undefined {
  if (isIP(address) === 0)
    return `${address} is not an IP address: Docker would listen on every address. Set an address of this machine, such as 127.0.0.1`;
  return mappedFault(address);
}

const mappedFault = (text: string): string | undefined =>
  text.toLowerCase().startsWith('::ffff:') ? `${text} is an IPv4-mapped IPv6 address: write it as IPv4` : undefined;

/** The risks that the settings of a stage accept, one sentence each. */
export const acceptedRisks = ({ ports, bindAddresses }: Exposure): string[] =>
  riskyParts
    .filter((part) => ports[part] !== undefined && !isLoopback(bindAddresses[part]))
    .map((part) => `Other machines can reach ${withPort(bindAddresses[part], ports[part])}, and ${risks[part].why}`);

/** Address and port as in a URL. */
export const withPort = (address: string, port: number | undefined): string =>
  `${address.includes(':') ? `[${address}]` : address}:${port}`;

const loopbackOf: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Address and port of a published part for callers on this machine: a wildcard address becomes a loopback address. */
export const reachedAt = ({ ports, bindAddresses }: Exposure, part: Part): string =>
  withPort(loopbackOf[bindAddresses[part]] ?? bindAddresses[part], ports[part]);
