import type { ApiContext } from './context.js';

/**
 * Answers 304 if the caller already has this version, else with `body()`. Compares `If-None-Match` weakly (RFC 9110, 13.1.2).
 * Koa's `ctx.fresh` does not fit: it ignores `If-None-Match` when the request has `Cache-Control: no-cache`, which every `fetch` sends.
 */
export function answerVersion(ctx: ApiContext, etag: string, body: () => unknown): void {
  ctx.set('ETag', etag);
  if (matches(ctx.get('If-None-Match'), etag)) ctx.status = 304;
  else ctx.body = body();
}

function matches(given: string, etag: string): boolean {
  if (given === '') return false;
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  return given.trim() === '*' || given.split(',').some((tag) => opaque(tag) === opaque(etag));
}
