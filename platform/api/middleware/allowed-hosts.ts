import type { IncomingMessage } from 'node:http';
import { canonical } from '../../settings/canonical.js';
import { isLoopback } from '../../settings/loopback.js';
import type { ApiMiddleware } from '../context.js';
import { HttpProblem } from '../http-problem.js';

/** Health probes from inside the container use these names. */
const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/** Whether the API serves the host that the request names. */
export type IsAllowedHost = (request: IncomingMessage) => boolean;

/**
 * Protects against DNS rebinding: a foreign web page can resolve its own name to 127.0.0.1 and let its visitor's browser call services on
 * loopback. The browser still sends the page's name in `Host`.
 * @param host - the address the server listens on; on any but a loopback address, an empty `names` allows every host
 * @param names - allowed in addition to the loopback names
 */
export function allowedHosts(host: string, names: readonly string[]): IsAllowedHost {
  if (!isLoopback(host) && names.length === 0) return () => true;
  const allowed = new Set([...loopbackNames, ...names]);
  const isAllowed = (name: string) => allowed.has(name) || allowed.has(canonical.host(name) ?? '');
  return ({ headers }) => headers.host === undefined || isAllowed(headers.host.toLowerCase().replace(/:[0-9]*$/, ''));
}

/** @throws {HttpProblem} `host-not-allowed`; `request-malformed` for more than one host (RFC 9112, 3.2) */
export const requireAllowedHost =
  (isAllowedHost: IsAllowedHost): ApiMiddleware =>
  (ctx, next) => {
    // Node exposes the first host only; a proxy in front may have checked another one.
    if (!hasOneHost(ctx.req)) throw new HttpProblem('request-malformed', 'Send exactly one Host header');
    if (isAllowedHost(ctx.req)) return next();
    throw new HttpProblem('host-not-allowed', 'Use an allowed host name, or add this one to API_ALLOWED_HOSTS');
  };

/** `rawHeaders` alternates names and values. */
export const hasOneHost = ({ rawHeaders }: IncomingMessage): boolean =>
  rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host').length <= 1;
