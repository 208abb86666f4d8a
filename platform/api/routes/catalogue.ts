import { WorkflowNotFound } from '../../errors/runs.js';
import type { Product } from '../../product.js';
import type { Catalogue } from '../../workflows/catalogue.js';
import type { WorkflowDefinition } from '../../workflows/define.js';
import { json, operation } from '../contract/operation.js';
import { workflowListSchema, workflowSchema } from '../contract/schemas.js';
import type { Mount } from '../route.js';
import { workflowPath } from '../run-resource.js';

const listed = (catalogue: Catalogue, product: Product) =>
  [...catalogue.values()].map((definition) => toResource(definition, product));

export const listWorkflows = operation({
  method: 'get',
  path: '/v1/workflows',
  tag: 'workflows',
  scope: 'runs:read',
  query: {},
  describe: (catalogue, product) => [
    {
      id: 'listWorkflows',
      summary: 'List workflows',
      details: 'Returns every workflow with the JSON Schemas of its input, output and messages.',
      answers: {
        200: json('All workflows.', workflowListSchema, { workflows: listed(catalogue, product).slice(0, 1) }),
      },
      problems: [],
    },
  ],
});

export const getWorkflow = operation({
  method: 'get',
  path: '/v1/workflows/{name}',
  tag: 'workflows',
  scope: 'runs:read',
  query: {},
  describe: (catalogue, product) => [
    {
      id: 'getWorkflow',
      summary: 'Get a workflow',
      details: 'Returns the JSON Schemas of its input, output and messages.',
      answers: { 200: json('The workflow.', workflowSchema, listed(catalogue, product)[0]) },
      problems: ['workflow-not-found'],
    },
  ],
});

/** `GET /v1/workflows` and `GET /v1/workflows/{name}`. */
export function catalogueRoutes(mount: Mount, catalogue: Catalogue, product: Product): void {
  const resources = new Map(listed(catalogue, product).map((resource) => [resource.name, resource]));
  mount(listWorkflows, (ctx) => {
    ctx.body = { workflows: [...resources.values()] };
  });

  mount(getWorkflow, (ctx) => {
    const { name = '' } = ctx.params;
    const resource = resources.get(name);
    if (!resource) throw new WorkflowNotFound(name);
    ctx.body = resource;
  });
}

function toResource(definition: WorkflowDefinition, { taskQueues }: Product) {
  const { name, summary, executionTimeout, input, output, signals, queries, updates } = definition;
  const self = workflowPath(name);
  const links = { self, start: `${self}/start`, execute: `${self}/execute` };
  const taskQueue = taskQueues[definition.taskQueue];
  return { name, summary, taskQueue, executionTimeout, input, output, signals, queries, updates, links };
}
