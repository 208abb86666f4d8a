import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { answerVersion } from './conditional.js';
import type { ApiContext } from './context.js';

/** An answer that is the same for every caller, compressed in advance. */
export interface FixedAnswer {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
}

/** @param type - media type; includes the charset for text */
export function fixedAnswer(type: string, content: string | Buffer): FixedAnswer {
  const plain = Buffer.from(content);
  const hash = createHash('sha256').update(plain).digest('base64url').slice(0, 22);
  // Weak, because both encodings share it.
  return { type, etag: `W/"${hash}"`, plain, gzipped: gzipSync(plain) };
}

/** Answers in the encoding that the caller accepts, or with 304. */
export function answerFixed(ctx: ApiContext, { type, etag, plain, gzipped }: FixedAnswer): void {
  ctx.compress = false;
  ctx.set('Content-Type', type);
  ctx.vary('Accept-Encoding');
  answerVersion(ctx, etag, () => {
    if (ctx.acceptsEncodings('gzip', 'identity') !== 'gzip') return plain;
    ctx.set('Content-Encoding', 'gzip');
    return gzipped;
  });
}
