import { Readable } from 'node:stream';
import compress from 'koa-compress';
import type { ApiMiddleware } from '../context.js';

/** Compression does not pay below this size. */
const thresholdBytes = 1024;
const compressed = compress({ threshold: thresholdBytes, br: false, zstd: false });

/**
 * Compresses large answers if the client accepts gzip. Where the answer to GET would be compressed, the answer to HEAD has no
 * Content-Length, because it would differ from that of GET (RFC 9110, 8.6).
 */
export const compression: ApiMiddleware = async (ctx, next) => {
  await compressed(ctx, next);
  const isCompressible = ctx.method === 'HEAD' && ctx.length >= thresholdBytes;
  if (isCompressible && ctx.acceptsEncodings('gzip', 'identity') === 'gzip') ctx.body = Readable.from([]);
};
