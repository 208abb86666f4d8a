import { Readable } from 'node:stream';
import compress from 'koa-compress';
import type { ApiMiddleware } from '../context.js';

/** Smaller answers do not get smaller. */
const fromBytes = 1024;
const compressed = compress({ threshold: fromBytes, br: false, zstd: false });

/**
 * Compresses what is worth it, for who asks for it. The answer to HEAD says no length where the one to GET would be compressed: it
 * would not be that of what GET sends (RFC 9110, 8.6).
 */
export const compression: ApiMiddleware = async (ctx, next) => {
  await compressed(ctx, next);
  const isWorth = ctx.method === 'HEAD' && ctx.length >= fromBytes;
  if (isWorth && ctx.acceptsEncodings('gzip', 'identity') === 'gzip') ctx.body = Readable.from([]);
};
