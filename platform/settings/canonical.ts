import { isIPv6 } from 'node:net';

/** How a text that is compared with something must be written, as whoever it is compared with writes it; absent when it is not of that kind. */
type Canonical = (text: string) => string | undefined;

const name = /^[a-z0-9._-]+$/;
const bracketed = /^\[[0-9a-f:.]+\]$/;

/** A host as in a URL: lower case, international names in ASCII, IPv4 and IPv6 addresses in their one form, these in brackets. */
const hostOf: Canonical = (text) => {
  const host = parse(`http://${isIPv6(text) ? `[${text}]` : text}/`)?.hostname;
  const isAlone = /^(?:[^/\\?#@\s:[\]%]+|\[[^\]\s]+\])$/.test(text) || isIPv6(text);
  return isAlone && host !== undefined && (name.test(host) || bracketed.test(host)) ? host : undefined;
};

/** An address that is listened on or connected to: as `hostOf`, IPv6 without brackets. */
const addressOf: Canonical = (text) => hostOf(text)?.replace(/^\[|\]$/g, '');

/** A name as in the header `Host`, without port and the dot at its end. */
const hostNameOf: Canonical = (text) => hostOf(text.replace(/\.$/, ''));

const endpointOf: Canonical = (text) => {
  const [, host = '', port] = /^(.*):([0-9]{1,5})$/.exec(text) ?? [];
  const canonical = host.includes(':') && !host.startsWith('[') ? undefined : hostOf(host);
  return canonical === undefined || port === undefined ? undefined : `${canonical}:${port}`;
};

/** An origin as browsers send it. */
const originOf: Canonical = (text) => {
  const url = /^https?:\/\/[^/\\?#@\s]+$/i.test(text) ? parse(text) : undefined;
  return url && hostOf(url.hostname) !== undefined ? url.origin : undefined;
};

/** What a setting of each kind must be, in words. */
export const kindWords = {
  address: 'an IP address or a host name',
  host: 'a host name',
  endpoint: 'a host and a port, such as temporal.example.com:7233 or [::1]:7233',
  origin: 'an origin, such as https://shop.example.com',
} as const;

export const canonical = { address: addressOf, host: hostNameOf, endpoint: endpointOf, origin: originOf } as const;
export type CanonicalKind = keyof typeof canonical;

/** What was probably meant by a text that is not of the kind, such as a URL in place of a host. */
export function meant(kind: CanonicalKind, given: string): string | undefined {
  const text = given.trim();
  const scheme = /^(localhost|127\.|\[::1\])/i.test(text) ? 'http' : 'https';
  const url = parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${kind === 'origin' ? scheme : 'tcp'}://${text}`);
  if (!url || text === 'null') return undefined;
  const parts = {
    address: url.hostname,
    host: url.hostname,
    endpoint: url.port && `${url.hostname}:${url.port}`,
    origin: `${url.protocol}//${url.host}`,
  };
  const found = canonical[kind](parts[kind]);
  return found === given ? undefined : found;
}

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
