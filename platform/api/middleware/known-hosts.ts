import type { IncomingMessage } from 'node:http';
import { canonical } from '../../settings/canonical.js';
import { isLoopback } from '../../settings/loopback.js';
import type { ApiMiddleware } from '../context.js';
import { HttpProblem } from '../http-problem.js';

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/** Whether the request names a host that is served here. */
export type IsKnownHost = (request: IncomingMessage) => boolean;

/**
 * A web page elsewhere can let its own name resolve to 127.0.0.1, and its visitor's browser then reaches what listens on loopback
 * (DNS rebinding). The name that it asked for stays in `Host`.
 * @param host - the address that is listened on; every name is known where it is not a loopback one
 * @param allowed - names that are known besides
 */
export function knownHosts(host: string, allowed: readonly string[]): IsKnownHost {
  if (!isLoopback(host) && allowed.length === 0) return () => true;
  // Probes come from inside, by these names.
  const known = new Set([...loopbackNames, ...allowed]);
  const isKnown = (name: string) => known.has(name) || known.has(canonical.host(name) ?? '');
  return ({ headers }) => headers.host === undefined || isKnown(headers.host.toLowerCase().replace(/:[0-9]*$/, ''));
}

/** @throws {HttpProblem} `host-not-allowed`; `request-malformed` for more than one host (RFC 9112, 3.2) */
export const refuseOtherHosts =
  (isKnownHost: IsKnownHost): ApiMiddleware =>
  (ctx, next) => {
    // Node knows the first one only, and a proxy in front may have gone by another.
    if (!hasOneHost(ctx.req)) throw new HttpProblem('request-malformed', 'Send one Host');
    if (isKnownHost(ctx.req)) return next();
    throw new HttpProblem('host-not-allowed', 'Nothing is served here under this name; see API_ALLOWED_HOSTS');
  };

/** Names and values stand there in turn. */
export const hasOneHost = ({ rawHeaders }: IncomingMessage): boolean =>
  rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host').length <= 1;
