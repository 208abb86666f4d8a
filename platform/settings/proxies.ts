import { BlockList, isIPv4 } from 'node:net';
import { isLoopback } from './loopback.js';

/** A proxy that is asked to CONNECT, as `host:port`. */
export interface HttpProxy {
  readonly address: string;
  readonly user?: { readonly name: string; readonly password: string };
}

type Variables = Record<string, string | undefined>;

/** As programs spell it: some know no brackets, others nothing else. */
const loopback = ['localhost', '127.0.0.1', '::1', '[::1]'];

/**
 * Makes sure that nothing on this machine is asked through a proxy, by this process (Node.js, where NODE_USE_ENV_PROXY is set) or by one
 * that it starts. What the user excludes stays excluded; of the two spellings, one that is not set takes over from the other.
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
 * The proxy through which gRPC reaches a server: the one that @grpc/grpc-js takes from the environment (`grpc_proxy`, `https_proxy`,
 * `http_proxy`, in small letters), so that all connections of a process go the same way. None leads to loopback or to a name without a
 * dot, which is a neighbour's, such as `temporal` in a deployed stage; nor to what `no_proxy` or `no_grpc_proxy` excludes.
 */
export function proxyFor(host: string, env: Variables = process.env): HttpProxy | undefined {
  if (isNear(host) || listOf(env['no_grpc_proxy'] || env['no_proxy']).some((entry) => covers(entry, host)))
    return undefined;
  const text = env['grpc_proxy'] || env['https_proxy'] || env['http_proxy'] || '';
  // Others grpc-js does not know either.
  if (!URL.canParse(text) || new URL(text).protocol !== 'http:') return undefined;
  const { hostname, port, username, password } = new URL(text);
  return {
    address: `${hostname}:${port || 80}`,
    ...(username && { user: { name: decoded(username), password: decoded(password) } }),
  };
}

/** A password with a bare `%` is one that nobody has encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const isNear = (host: string): boolean =>
  isLoopback(host) || host.endsWith('.localhost') || ['0.0.0.0', '::'].includes(host) || !/[.:]/.test(host);

/** An address, a range of them, or the end of a name; a port that stands after it is not compared. */
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
