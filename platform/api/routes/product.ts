import { createPathReader } from '../contract/parameters.js';
import type { ProductRoute, RouteParts } from '../product-route.js';
import type { Mount } from '../route.js';

/** The routes of the product. */
export function productRoutes(mount: Mount, routes: readonly ProductRoute[], parts: RouteParts): void {
  for (const { operation, params, handler } of routes) {
    const handle = handler(parts);
    const readPath = createPathReader(params);
    mount(operation, async (ctx, { query, input, key }) => {
      const { caller } = ctx.state;
      const { status, body } = await handle({ caller, params: readPath(ctx.params), query, body: input, key });
      // With `null`, Koa does not send the status text as the body. It also sets the status to 204, so set the status afterwards.
      ctx.body = body === undefined ? null : JSON.stringify(body);
      ctx.status = status;
      if (body !== undefined) ctx.type = 'application/json';
    });
  }
}
