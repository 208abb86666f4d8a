import type { ApiMiddleware } from '../context.js';

/**
 * What OWASP's REST Security Cheat Sheet asks of an API that answers JSON to programs, and of helmet's defaults what matters
 * there. `Strict-Transport-Security` is for the proxy that terminates TLS: over plain HTTP it may not be sent (RFC 6797, 7.2).
 */
export const securityHeaderValues = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

const entries = Object.entries(securityHeaderValues);

/** Sets them on every answer; a route may overrule one. */
export const securityHeaders: ApiMiddleware = (ctx, next) => {
  for (const [name, value] of entries) ctx.res.setHeader(name, value);
  return next();
};
