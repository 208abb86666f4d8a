import { BlockList, isIPv4 } from 'node:net';
import { isLoopback } from './loopback.js';

/** An HTTP proxy for CONNECT requests. */
export interface HttpProxy {
  /** `host:port` */
  readonly address: string;
  readonly user?: { readonly name: string; readonly password: string };
}

type Variables = Record<string, string | undefined>;

/** Some programs do not understand brackets, others require them. */
const loopback = ['localhost', '127.0.0.1', '::1', '[::1]'];

/**
 * Makes this process (Node.js with NODE_USE_ENV_PROXY) and its children bypass proxies for connections to this machine. Keeps the
 * user's exclusions; if only one of `no_proxy` and `NO_PROXY` is set, its value applies to both.
 * @param hosts - addresses of this machine on which the platform listens, besides loopback
 */
export function bypassProxies(hosts: readonly string[] = [], env: Variables = process.env): void {
  const { no_proxy: lower, NO_PROXY: upper, no_grpc_proxy: grpc } = env;
  env['no_proxy'] = excluding(lower || upper, hosts);
  env['NO_PROXY'] = excluding(upper || lower, hosts);
  if (grpc) env['no_grpc_proxy'] = excluding(grpc, hosts);
}

function excluding(users: string | undefined, hosts: readonly string[]): string {
  const entries = listOf(users);
  return entries.includes('*') ? '*' : [...new Set([...entries, ...loopback, ...hosts])].join(',');
}

/**
 * Returns the proxy for gRPC connections to a host. Uses the variables that @grpc/grpc-js uses (lower-case `grpc_proxy`, `https_proxy`,
 * `http_proxy`), so that all connections of a process take the same route. Returns `undefined` for loopback addresses, names without a
 * dot (`temporal` in a deployed stage), and hosts that `no_proxy` or `no_grpc_proxy` excludes.
 */
export function proxyFor(host: string, env: Variables = process.env): HttpProxy | undefined {
  if (isNear(host) || listOf(env['no_grpc_proxy'] || env['no_proxy']).some((entry) => covers(entry, host)))
    return undefined;
  const text = env['grpc_proxy'] || env['https_proxy'] || env['http_proxy'] || '';
  // grpc-js supports HTTP proxies only.
  if (!URL.canParse(text) || new URL(text).protocol !== 'http:') return undefined;
  const { hostname, port, username, password } = new URL(text);
  return {
    address: `${hostname}:${port || 80}`,
    ...(username && { user: { name: decoded(username), password: decoded(password) } }),
  };
}

/** Returns the text itself if it has a bare `%`: then it is not percent-encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const isNear = (host: string): boolean =>
  isLoopback(host) || host.endsWith('.localhost') || ['0.0.0.0', '::'].includes(host) || !/[.:]/.test(host);

/** Whether an entry (an address, a CIDR range, or a domain suffix) covers the host. Ignores a port in the entry. */
function covers(written: string, given: string): boolean {
  const host = given.toLowerCase();
  const entry = written
    .toLowerCase()
    .replace(/^([^:]+|\[.*\]):\d+$/, '$1')
    .replace(/^\[(.*)\]$/, '$1');
  const [network = '', bits] = entry.split('/');
  if (bits === undefined) return entry === '*' || host.endsWith(entry.replace(/^\*/, ''));
  if (!isIPv4(network) || !isIPv4(host) || !(Number(bits) <= 32)) return false;
  const range = new BlockList();
  range.addSubnet(network, Number(bits));
  return range.check(host);
}

const listOf = (text = ''): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
