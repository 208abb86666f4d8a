import type { Schema } from './schema.js';

interface HeaderDescription {
  readonly description: string;
  readonly schema: Schema;
}

const text = { type: 'string' } as const;

/** The headers that answers carry, besides HTTP's own and those that only tell browsers what to keep off. */
export const headers = {
  'X-Request-Id': {
    description: "The request's id, in every log line of it: the caller's own `X-Request-Id`, or one made here",
    schema: { ...text, examples: ['0f9b7a52-4f0c-4f3b-8a53-5d3f4f3f2f10'] },
  },
  Location: {
    description: 'Path of the run',
    schema: { ...text, format: 'uri-reference', examples: ['/v1/runs/0199a2c4-7b1e-7c3a-9d51-2f6c8e4b7a10'] },
  },
  ETag: {
    description: 'Version of what was answered, for `If-None-Match`',
    schema: { ...text, examples: ['W/"0199a2c4-7b1e-7c3a-9d51-2f6c8e4b7a10.2"'] },
  },
  'Retry-After': {
    description: 'Seconds until another attempt is worth it',
    schema: { type: 'integer', minimum: 0, examples: [2] },
  },
  'WWW-Authenticate': {
    description: 'How to say who one is (RFC 6750)',
    schema: { ...text, examples: ['Bearer realm="atlas"'] },
  },
  'RateLimit-Policy': {
    description: 'How many requests may come in how many seconds (draft-ietf-httpapi-ratelimit-headers)',
    schema: { ...text, examples: ['"address";q=10000;w=10, "caller";q=5000;w=10'] },
  },
  RateLimit: {
    description: 'How many are left, and for how many seconds',
    schema: { ...text, examples: ['"address";r=9871;t=4, "caller";r=4871;t=4'] },
  },
  Accept: { description: 'The media type that a body must have', schema: { ...text, examples: ['application/json'] } },
  'Accept-Encoding': { description: 'The encodings that a body may have', schema: { ...text, examples: ['identity'] } },
} as const satisfies Record<string, HeaderDescription>;

/** For operations whose answers have an `ETag`. */
export const ifNoneMatch = {
  'If-None-Match': {
    description: 'The `ETag` of what the caller has: the answer is 304 while nothing has changed',
    schema: { ...text, examples: ['W/"0199a2c4-7b1e-7c3a-9d51-2f6c8e4b7a10.2"'] },
  },
} as const;

export type HeaderName = keyof typeof headers;
