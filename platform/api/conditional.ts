import type { ApiContext } from './context.js';

/**
 * Answers with this version of something: 304 where the caller says that it has it, else what `body` gives.
 * `If-None-Match` is compared weakly (RFC 9110, 13.1.2). Koa's own look at it heeds `Cache-Control: no-cache` of the request, which every
 * `fetch` sends along, and which asks caches on the way, not this.
 */
export function answerVersion(ctx: ApiContext, etag: string, body: () => unknown): void {
  ctx.set('ETag', etag);
  if (isAmong(ctx.get('If-None-Match'), etag)) ctx.status = 304;
  else ctx.body = body();
}

function isAmong(given: string, etag: string): boolean {
  if (given === '') return false;
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  return given.trim() === '*' || given.split(',').some((tag) => opaque(tag) === opaque(etag));
}
