import { isIP } from 'node:net';
import { isLoopback } from '../platform/settings/loopback.js';
import type { SettingFault } from '../platform/settings/settings.js';
import type { DeploySettings } from './container-environment.js';

/** Ports of this machine on which a stage is reached. */
export interface PublishedPorts {
  readonly api: number;
  readonly ui: number;
  /** Only where people debug: `dev`. */
  readonly postgres?: number;
  readonly temporal?: number;
}

type Part = keyof PublishedPorts;

/** Which setting says on which address of this machine a part listens. */
const bindSettings = {
  api: 'DEPLOY_BIND_ADDRESS',
  ui: 'DEPLOY_UI_BIND_ADDRESS',
  postgres: 'DEPLOY_POSTGRES_BIND_ADDRESS',
  temporal: 'DEPLOY_TEMPORAL_BIND_ADDRESS',
} as const satisfies Record<Part, keyof DeploySettings>;
const parts = Object.keys(bindSettings) as Part[];

export type BindAddresses = Readonly<Record<Part, string>>;

/** Where the parts of a stage listen. */
interface Exposure {
  readonly ports: PublishedPorts;
  readonly bindAddresses: BindAddresses;
}

/** The addresses as Docker takes them, and as Terraform's provider reads them back: as the settings give them, but for the name. */
export const bindAddressesOf = (settings: DeploySettings): BindAddresses =>
  Object.fromEntries(
    parts.map((part) => {
      const address = settings[bindSettings[part]];
      return [part, address === 'localhost' ? '127.0.0.1' : address];
    }),
  ) as BindAddresses;

/** What other machines may do with a part that they reach, and the setting that accepts it. */
const risks = {
  postgres: {
    why: 'PostgreSQL has no TLS here, so that data crosses the network in plain text, and everybody there can try passwords of the superuser',
    acceptedBy: 'DEPLOY_EXPOSE_POSTGRES_WITHOUT_TLS',
  },
  temporal: {
    why: "Temporal's gRPC port has no login, so that everybody there can read, start, change and terminate every workflow",
    acceptedBy: 'DEPLOY_EXPOSE_TEMPORAL_WITHOUT_LOGIN',
  },
} as const;
const riskyParts = Object.keys(risks) as (keyof typeof risks)[];

/** Addresses on which Docker cannot listen, and parts that other machines could reach without protection. The API always asks for keys. */
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
      message: `required because other machines can reach DEPLOY_UI_BIND_ADDRESS (${addresses.ui}), and Temporal's UI has no login of its own; set it, or DEPLOY_UI_PASSWORD_FILE to the path of a file that holds it`,
    });
  for (const part of riskyParts) {
    const { why, acceptedBy } = risks[part];
    if (isExposed(part) && !settings[acceptedBy])
      faults.push({
        variable: bindSettings[part],
        message: `other machines can reach ${addresses[part]}, and ${why}; use 127.0.0.1, or accept that with ${acceptedBy}=true`,
      });
  }
  return faults;
}

function addressFault(address: string): string | undefined {
  if (isIP(address) === 0)
    return `${address} is not an IP address: Docker would take it for every address of this machine. Name one of this machine's, such as 127.0.0.1`;
  return address.startsWith('::ffff:')
    ? `${address} is an IPv4 address in the form of IPv6: write it as IPv4`
    : undefined;
}

/** The risks that a stage takes because its settings accept them, a sentence each. */
export const acceptedRisks = ({ ports, bindAddresses }: Exposure): string[] =>
  riskyParts
    .filter((part) => ports[part] !== undefined && !isLoopback(bindAddresses[part]))
    .map((part) => `Other machines can reach ${withPort(bindAddresses[part], ports[part])}, and ${risks[part].why}`);

/** As it stands in a URL. */
export const withPort = (address: string, port: number | undefined): string =>
  `${address.includes(':') ? `[${address}]` : address}:${port}`;

const everywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Where a part that is published is reached from this machine: an address that listens everywhere is not one to go to. */
export const reachedAt = ({ ports, bindAddresses }: Exposure, part: Part): string =>
  withPort(everywhere[bindAddresses[part]] ?? bindAddresses[part], ports[part]);
