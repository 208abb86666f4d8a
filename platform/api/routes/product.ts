import { throwFaults } from '../../runs/definition-faults.js';
import { createAjv } from '../../runs/schema-check.js';
import { schemaFaults } from '../../runs/schema-faults.js';
import { createPathReader } from '../contract/parameters.js';
import type { ProductRoute, RouteParts } from '../product-route.js';
import type { Mount } from '../route.js';

/** The routes of the product. @throws {CommandFault} a schema has a mistake */
export function productRoutes(mount: Mount, routes: readonly ProductRoute[], parts: RouteParts): void {
  const ajv = createAjv();
  const schemas = routes.flatMap((route) => route.schemas);
  throwFaults(schemas.flatMap(([place, schema]) => schemaFaults(ajv, schema).map((fault) => `${place}: ${fault}`)));
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
