import { createDocument, type DocumentProps } from '../contract/document.js';
import { contractDocument } from '../contract/service-operations.js';
import { answerFixed, fixedAnswer } from '../fixed-answer.js';
import type { Mount } from '../route.js';

/** `GET /openapi.json`. Generates the document once. */
export function contractRoutes(mount: Mount, props: DocumentProps): void {
  const document = fixedAnswer('application/json; charset=utf-8', JSON.stringify(createDocument(props)));
  mount(contractDocument, (ctx) => {
    ctx.set('Cache-Control', 'no-cache');
    answerFixed(ctx, document);
  });
}
