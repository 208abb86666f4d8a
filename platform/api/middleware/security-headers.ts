import type { ApiMiddleware } from '../context.js';

/**
 * The headers that OWASP's REST Security Cheat Sheet recommends for JSON APIs, plus the defaults of helmet that apply. The proxy that
 * terminates TLS sets `Strict-Transport-Security`, which must not be sent over plain HTTP (RFC 6797, 7.2).
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

/** Sets the headers on every answer. Routes can override them. */
export const securityHeaders: ApiMiddleware = (ctx, next) => {
  for (const [name, value] of entries) ctx.res.setHeader(name, value);
  return next();
};
