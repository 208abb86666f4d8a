import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Product } from '../../product.js';
import type { ApiContext, ApiRouter } from '../context.js';
import { answerFixed, type FixedAnswer, fixedAnswer } from '../fixed-answer.js';
import { HttpProblem } from '../http-problem.js';

/** Files of Swagger UI, from its package. */
const viewer = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const files: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const pageOf = ({ title }: Pick<Product, 'title'>): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escapeHtml(title)} API reference</title>
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="api"></div>
    <noscript>This page needs JavaScript. The OpenAPI document is at <a href="/openapi.json">/openapi.json</a>.</noscript>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/open.js"></script>
  </body>
</html>
`;

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Deep links make each operation linkable. Without `validatorUrl: null`, Swagger UI would call an external validator. */
const script = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
});
`;

/** Allows resources of this origin only. Swagger UI embeds its images in the style sheet as `data:` URLs. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `GET /docs`: the API reference, with a form to try each operation. */
export function docsRoutes(router: ApiRouter, product: Pick<Product, 'title'>): void {
  const own = new Map([
    ['open.js', fixedAnswer('text/javascript; charset=utf-8', script)],
    ['', fixedAnswer('text/html; charset=utf-8', pageOf(product))],
  ]);
  /** Loaded on first use, because most processes never serve the page. */
  const viewerFiles = new Map<string, Promise<FixedAnswer>>();
  const viewerFile = (name: string, type: string) => {
    const known = viewerFiles.get(name) ?? readFile(join(viewer, name)).then((content) => fixedAnswer(type, content));
    viewerFiles.set(name, known);
    known.catch(() => viewerFiles.delete(name));
    return known;
  };

  async function answer(ctx: ApiContext, name: string): Promise<void> {
    const type = Object.hasOwn(files, name) ? files[name] : undefined;
    const found = own.get(name) ?? (type === undefined ? undefined : await viewerFile(name, type));
    if (!found) throw new HttpProblem('route-not-found', 'The API reference is at /docs');
    ctx.set({ 'Content-Security-Policy': contentSecurityPolicy, 'Cache-Control': 'no-cache' });
    answerFixed(ctx, found);
  }

  router.get('/docs', (ctx) => answer(ctx, ''));
  router.get('/docs/:file', (ctx) => answer(ctx, ctx.params['file'] || 'nothing'));
}
