import { isIPv6 } from 'node:net';

/** Converts a text to the form in which browsers and servers write it, for comparisons; `undefined` if the text is invalid. */
type Canonical = (text: string) => string | undefined;

const name = /^[a-z0-9._-]+$/;
const bracketed = /^\[[0-9a-f:.]+\]$/;

/** A host as in a URL: lower case, international names in ASCII, addresses in canonical form, IPv6 in brackets. */
const hostOf: Canonical = (text) => {
  const host = parse(`http://${isIPv6(text) ? `[${text}]` : text}/`)?.hostname;
  const isAlone = /^(?:[^/\\?#@\s:[\]%]+|\[[^\]\s]+\])$/.test(text) || isIPv6(text);
  return isAlone && host !== undefined && (name.test(host) || bracketed.test(host)) ? host : undefined;
};

/** An address to listen on or connect to: as `hostOf`, IPv6 without brackets. */
const addressOf: Canonical = (text) => hostOf(text)?.replace(/^\[|\]$/g, '');

/** A name as in the header `Host`, without port and trailing dot. */
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

/** Describes a valid value of each kind. */
export const kindWords = {
  address: 'an IP address or a host name',
  host: 'a host name',
  endpoint: 'a host and a port, such as temporal.example.com:7233 or [::1]:7233',
  origin: 'an origin, such as https://shop.example.com',
} as const;

export const canonical = { address: addressOf, host: hostNameOf, endpoint: endpointOf, origin: originOf } as const;
export type CanonicalKind = keyof typeof canonical;

/** Guesses the intended value of an invalid text, such as the host of a URL. */
export function suggestionFor(kind: CanonicalKind, given: string): string | undefined {
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
