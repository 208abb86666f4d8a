import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { answerVersion } from '../conditional.js';
import type { ApiContext, ApiRouter } from '../context.js';
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
  router.get('/docs', (ctx) => answer(ctx, 'text/html; charset=utf-8', page));
  router.get('/docs/open.js', (ctx) => answer(ctx, 'text/javascript; charset=utf-8', script));
  router.get('/docs/:file', async (ctx) => {
    const { file = '' } = ctx.params;
    const type = Object.hasOwn(files, file) ? files[file] : undefined;
    if (type === undefined) throw new HttpProblem('route-not-found', 'The page is at /docs');
    const path = join(viewer, file);
    const { size, mtimeMs } = await stat(path);
    ctx.set({ 'Cache-Control': 'public, max-age=3600', 'Content-Type': type });
    answerVersion(ctx, `W/"${size}-${Math.trunc(mtimeMs)}"`, () => createReadStream(path));
  });
}

function answer(ctx: ApiContext, type: string, body: string | Buffer): void {
  ctx.set({ 'Content-Security-Policy': contentSecurityPolicy, 'Content-Type': type });
  ctx.body = body;
}
