import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ApiContext, ApiRouter } from '../context.js';
import { answerFixed, type FixedAnswer, fixedAnswer } from '../fixed-answer.js';
import { HttpProblem } from '../http-problem.js';

/** The viewer's own files, from its package. */
const viewer = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const files: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>ATLAS: the API</title>
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="api"></div>
    <noscript>The contract is at <a href="/openapi.json">/openapi.json</a>.</noscript>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/open.js"></script>
  </body>
</html>
`;

/** Deep links, so that an operation can be pointed at; no validator elsewhere is asked. */
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

/** Everything from here and nothing from elsewhere; the viewer has its pictures in its style sheet. */
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

/** `GET /docs`: the contract for people, with a form to try each operation. */
export function docsRoutes(router: ApiRouter): void {
  const own = new Map([
    ['open.js', fixedAnswer('text/javascript; charset=utf-8', script)],
    ['', fixedAnswer('text/html; charset=utf-8', page)],
  ]);
  /** Read when somebody first looks at the page, which most processes never see. */
  const ofViewer = new Map<string, Promise<FixedAnswer>>();
  const viewerFile = (name: string, type: string) => {
    const known = ofViewer.get(name) ?? readFile(join(viewer, name)).then((content) => fixedAnswer(type, content));
    ofViewer.set(name, known);
    known.catch(() => ofViewer.delete(name));
    return known;
  };

  async function answer(ctx: ApiContext, name: string): Promise<void> {
    const type = Object.hasOwn(files, name) ? files[name] : undefined;
    const found = own.get(name) ?? (type === undefined ? undefined : await viewerFile(name, type));
    if (!found) throw new HttpProblem('route-not-found', 'The page is at /docs');
    ctx.set({ 'Content-Security-Policy': contentSecurityPolicy, 'Cache-Control': 'no-cache' });
    answerFixed(ctx, found);
  }

  router.get('/docs', (ctx) => answer(ctx, ''));
  router.get('/docs/:file', (ctx) => answer(ctx, ctx.params['file'] || 'nothing'));
}
