/** Placeholder for the product's `database` in defaults. */
export const fromProduct = '{product}';

/** At most a day: Node's timers and PostgreSQL's timeouts take a signed 32-bit number of milliseconds. */
export const milliseconds = { type: 'integer', minimum: 1, maximum: 86_400_000 } as const;
export const port = { type: 'integer', minimum: 1, maximum: 65_535 } as const;
export const host = { type: 'string', pattern: '^[A-Za-z0-9._:-]+$', canonical: 'address' } as const;
export const count = { type: 'integer', minimum: 1, maximum: 10_000 } as const;
/** Requests in a time window; 0 disables the limit. */
export const rate = { type: 'integer', minimum: 0, maximum: 10_000_000 } as const;
export const hosts = {
  type: 'array',
  items: { type: 'string', pattern: '^([A-Za-z0-9._-]+|\\[[0-9a-f:.]+\\])$' },
  uniqueItems: true,
  canonical: 'host',
} as const;
export const origins = {
  type: 'array',
  items: { type: 'string', pattern: '^https?://([A-Za-z0-9._-]+|\\[[0-9a-f:.]+\\])(:[0-9]+)?$' },
  uniqueItems: true,
  canonical: 'origin',
} as const;
/** A URL, compared as written. */
export const issuer = { type: 'string', pattern: '^https?://[^\\s?#]+$' } as const;
/** A claim of a token: its name, or the path to it. */
export const claim = { type: 'string', pattern: '^[^\\s]{1,200}$' } as const;
export const path = { type: 'string', minLength: 1 } as const;
