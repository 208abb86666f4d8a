import type { Runs } from '../../runs/runs.js';
import type { Catalogue } from '../../workflows/catalogue.js';
import type { WorkflowDefinition } from '../../workflows/define.js';
import { exampleOf } from '../contract/example.js';
import { type Description, json, operation, pascalCase } from '../contract/operation.js';
import { temporalProblems } from '../contract/problem-answers.js';
import type { Schema } from '../contract/schema.js';
import { nothingSchema, resultSchemaOf } from '../contract/schemas.js';
import type { ProblemCode } from '../problem-types.js';
import type { Mount } from '../route.js';
import { runIdFromPath } from '../run-id.js';

interface Message {
  readonly name: string;
  /** Its name and summary or, if several workflows define it, its name and the workflows. */
  readonly title: string;
  /** What it does in each workflow that defines it. */
  readonly details: string;
  readonly input: Schema | undefined;
  readonly output: Schema | undefined;
}

/** The messages of one kind. Messages of several workflows with the same name become one, with the schemas of each. */
function messagesOf(catalogue: Catalogue, kind: 'signals' | 'queries' | 'updates'): readonly Message[] {
  const byName = new Map<string, { workflow: string; summary: string; input?: Schema; output?: Schema }[]>();
  for (const definition of catalogue.values()) {
    const messages = definition[kind] as WorkflowDefinition['signals'];
    for (const [name, { summary, ...schemas }] of Object.entries(messages)) {
      byName.set(name, [...(byName.get(name) ?? []), { workflow: definition.name, summary, ...(schemas as object) }]);
    }
  }
  return [...byName].map(([name, of]) => ({
    name,
    title:
      of.length === 1 ? `${name}: ${of[0]?.summary}` : `${name} (${of.map(({ workflow }) => workflow).join(', ')})`,
    details: of.map(({ workflow, summary }) => `In \`${workflow}\`: ${summary}.`).join('\n\n'),
    input: oneOf(of.map(({ input }) => input)),
    output: oneOf(of.map(({ output }) => output)),
  }));
}

function oneOf(schemas: readonly (Schema | undefined)[]): Schema | undefined {
  const given = schemas.filter((schema) => schema !== undefined);
  return given.length > 1 ? { anyOf: given } : given[0];
}

const problems: readonly ProblemCode[] = [
  ...(['run-not-found', 'message-not-found', 'run-pending', 'worker-unavailable'] as const),
  ...temporalProblems,
];

const bodyOf = (schema: Schema): NonNullable<Description['body']> => ({
  schema,
  example: exampleOf(schema),
});

export const signalRun = operation({
  method: 'post',
  path: '/v1/runs/{id}/signals/{name}',
  tag: 'messages',
  scope: 'runs:write',
  query: {},
  body: 'checked-by-definition',
  describe: (catalogue) =>
    messagesOf(catalogue, 'signals').map(({ name, title, details, input = {} }) => ({
      path: `/v1/runs/{id}/signals/${name}`,
      id: `signal${pascalCase(name)}`,
      summary: `Send the signal ${title}`,
      details,
      body: bodyOf(input),
      answers: { 202: json('Temporal accepted the signal.', nothingSchema, {}) },
      problems: [...problems, 'run-ended'],
    })),
});

export const queryRun = operation({
  method: 'get',
  path: '/v1/runs/{id}/queries/{name}',
  tag: 'messages',
  scope: 'runs:read',
  query: {},
  describe: (catalogue) =>
    messagesOf(catalogue, 'queries').map(({ name, title, details, output = {} }) => ({
      path: `/v1/runs/{id}/queries/${name}`,
      id: `query${pascalCase(name)}`,
      summary: `Query ${title}`,
      details: `${details}\n\nRuns that have ended also answer, as long as Temporal keeps their history.`,
      answers: { 200: json('The answer of the workflow.', resultSchemaOf(output), { result: exampleOf(output) }) },
      problems: [...problems, 'run-ended', 'query-failed', 'workflow-task-failing'],
    })),
});

export const updateRun = operation({
  method: 'post',
  path: '/v1/runs/{id}/updates/{name}',
  tag: 'messages',
  scope: 'runs:write',
  query: {},
  body: 'checked-by-definition',
  takesKey: true,
  describe: (catalogue) =>
    messagesOf(catalogue, 'updates').map(({ name, title, details, input = {}, output = {} }) => ({
      path: `/v1/runs/{id}/updates/${name}`,
      id: `update${pascalCase(name)}`,
      summary: `Send the update ${title}`,
      details: `${details}\n\nWaits for the result. Requests with the same \`Idempotency-Key\` return the result of the same update.`,
      body: bodyOf(input),
      answers: { 200: json('The result of the update.', resultSchemaOf(output), { result: exampleOf(output) }) },
      problems: [...problems, 'run-ended', 'update-rejected', 'update-unconfirmed', 'workflow-task-failing'],
    })),
});

/** `POST /v1/runs/{id}/signals/{name}`, `GET …/queries/{name}` and `POST …/updates/{name}`. */
export function messageRoutes(mount: Mount, runs: Runs): void {
  mount(signalRun, async (ctx, { input }) => {
    await runs.signal(ctx.state.caller, runIdFromPath(ctx), ctx.params['name'] ?? '', input);
    ctx.status = 202;
    ctx.body = {};
  });

  mount(queryRun, async (ctx) => {
    ctx.body = { result: await runs.query(ctx.state.caller, runIdFromPath(ctx), ctx.params['name'] ?? '') };
  });

  mount(updateRun, async (ctx, { input, key }) => {
    const name = ctx.params['name'] ?? '';
    ctx.body = { result: await runs.update(ctx.state.caller, runIdFromPath(ctx), name, input, key) };
  });
}
