import { WorkflowNotFound } from '../../errors/runs.js';
import type { WorkflowDefinition } from '../../workflows/define.js';
import type { ApiRouter } from '../context.js';
import { readParameters } from '../parameters.js';
import { workflowPath } from '../run-resource.js';

/** `GET /v1/workflows` and `GET /v1/workflows/{name}`: what can be started, and what it takes and gives. */
export function catalogueRoutes(router: ApiRouter, catalogue: ReadonlyMap<string, WorkflowDefinition>): void {
  const resources = new Map([...catalogue].map(([name, definition]) => [name, toResource(definition)]));
  router.get('/v1/workflows', (ctx) => {
    readParameters(ctx, {});
    ctx.body = { workflows: [...resources.values()] };
  });

  router.get('/v1/workflows/:name', (ctx) => {
    readParameters(ctx, {});
    const { name = '' } = ctx.params;
    const resource = resources.get(name);
    if (!resource) throw new WorkflowNotFound(name);
    ctx.body = resource;
  });
}

function toResource(definition: WorkflowDefinition) {
  const { name, summary, taskQueue, executionTimeout, input, output, signals, queries, updates } = definition;
  const self = workflowPath(name);
  const links = { self, start: `${self}/start`, execute: `${self}/execute` };
  return { name, summary, taskQueue, executionTimeout, input, output, signals, queries, updates, links };
}
