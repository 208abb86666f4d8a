import type { Schema } from './schema.js';

interface HeaderDescription {
  readonly description: string;
  readonly schema: Schema;
}

const text = { type: 'string' } as const;

/** Response headers in the OpenAPI document. Leaves out HTTP's own and the security headers for browsers. */
export const headers = {
  'X-Request-Id': {
    description:
      'Id of the request: the `X-Request-Id` that the caller sent, or a generated one. The log lines of the request contain it.',
    schema: { ...text, examples: ['0f9b7a52-4f0c-4f3b-8a53-5d3f4f3f2f10'] },
  },
  Location: {
    description: 'Path of the run.',
    schema: { ...text, format: 'uri-reference', examples: ['/v1/runs/0199a2c4-7b1e-7c3a-9d51-2f6c8e4b7a10'] },
  },
  ETag: {
    description: 'Version of the answer. Send it in `If-None-Match`.',
    schema: { ...text, examples: ['W/"0199a2c4-7b1e-7c3a-9d51-2f6c8e4b7a10.2"'] },
  },
  'Retry-After': {
    description: 'Seconds to wait before the next attempt.',
    schema: { type: 'integer', minimum: 0, examples: [2] },
  },
  'WWW-Authenticate': {
    description: 'How to authenticate (RFC 6750).',
    schema: { ...text, examples: ['Bearer realm="api"'] },
  },
  'RateLimit-Policy': {
    description: 'The rate limits: `q` requests per `w` seconds (draft-ietf-httpapi-ratelimit-headers).',
    schema: { ...text, examples: ['"address";q=10000;w=10, "caller";q=5000;w=10'] },
  },
  RateLimit: {
    description: '`r` requests remain; the limit resets in `t` seconds.',
    schema: { ...text, examples: ['"address";r=9871;t=4, "caller";r=4871;t=4'] },
  },
  Accept: {
    description: 'The media type that request bodies must have.',
    schema: { ...text, examples: ['application/json'] },
  },
  'Accept-Encoding': {
    description: 'The content encodings that request bodies can have.',
    schema: { ...text, examples: ['identity'] },
  },
} as const satisfies Record<string, HeaderDescription>;

/** Request header of operations whose answers have an `ETag`. */
export const ifNoneMatch = {
  'If-None-Match': {
    description: 'The `ETag` of an earlier answer. If nothing has changed, the answer is 304.',
    schema: { ...text, examples: ['W/"0199a2c4-7b1e-7c3a-9d51-2f6c8e4b7a10.2"'] },
  },
} as const;

export type HeaderName = keyof typeof headers;
