import type { Product } from '../../product.js';
import { createDocument } from '../contract/document.js';
import type { Catalogue } from '../contract/operation.js';
import { contractDocument } from '../contract/service-operations.js';
import { answerFixed, fixedAnswer } from '../fixed-answer.js';
import type { Mount } from '../route.js';

/** `GET /openapi.json`. Generates the document once. */
export function contractRoutes(mount: Mount, catalogue: Catalogue, product: Product): void {
  const document = fixedAnswer('application/json; charset=utf-8', JSON.stringify(createDocument(catalogue, product)));
  mount(contractDocument, (ctx) => {
    ctx.set('Cache-Control', 'no-cache');
    answerFixed(ctx, document);
  });
}
