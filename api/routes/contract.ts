import { createHash } from 'node:crypto';
import { answerVersion } from '../conditional.js';
import { createDocument } from '../contract/document.js';
import type { Catalogue } from '../contract/operation.js';
import { contractDocument } from '../contract/service-operations.js';
import type { Mount } from '../route.js';

/** `GET /openapi.json`: the contract, made once. */
export function contractRoutes(mount: Mount, catalogue: Catalogue): void {
  const document = JSON.stringify(createDocument(catalogue));
  const etag = `"${createHash('sha256').update(document).digest('base64url').slice(0, 22)}"`;
  mount(contractDocument, (ctx) => {
    ctx.set({ 'Cache-Control': 'no-cache', 'Content-Type': 'application/json; charset=utf-8' });
    answerVersion(ctx, etag, () => document);
  });
}
