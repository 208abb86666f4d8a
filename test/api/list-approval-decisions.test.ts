import { randomUUID } from 'node:crypto';
import test from 'ava';
import { problems } from '../../api/problems.js';
import { listApprovalDecisions } from '../../api/routes/list-approval-decisions.js';
import { createDecisionsRepository } from '../../database/decisions.js';
import { migrations } from '../../migrations/index.js';
import { makeToken, readToken, type StoredApiKey } from '../../platform/auth/api-key.js';
import { createAuthenticator } from '../../platform/auth/authenticator.js';
import type { Scope } from '../../platform/auth/scopes.js';
import { startTestApi, type TestApi } from '../../platform/testing/api/support/api.js';
import { createTestDatabase, type TestDatabase } from '../../platform/testing/support/postgres.js';
import { acceptRun, callerOf, createTestRuns, testRecords } from '../../platform/testing/support/runs.js';
import { testProduct } from '../../platform/testing/test-product.js';
import { workflows } from '../../workflows/index.js';

const keys = new Map<string, StoredApiKey>();
const authenticator = createAuthenticator({ find: async (id) => keys.get(id) });

function makeKey(name: string, ...scopes: Scope[]): string {
  const token = makeToken(testProduct);
  const credential = readToken(token);
  if (!credential) throw new Error('made no token');
  const { id, secretHash } = credential;
  keys.set(id, { key: { id, name, scopes, createdAt: new Date(), revokedAt: null }, secretHash });
  return token;
}

const tokens = {
  ada: makeKey('ada', 'runs:read'),
  grace: makeKey('grace', 'runs:read'),
  admin: makeKey('admin', 'runs:admin'),
};

let database: TestDatabase;
let api: TestApi;
let decisions: ReturnType<typeof createDecisionsRepository>;
let records: ReturnType<typeof testRecords>;

test.before(async () => {
  database = await createTestDatabase(undefined, { migrations });
  const { sequelize } = database;
  decisions = createDecisionsRepository(sequelize);
  records = testRecords(sequelize);
  const catalogue = await workflows.catalogue();
  // The route reads the database only: nothing here starts a workflow.
  const { runs } = createTestRuns({ ...records, engine: {} as never }, {}, { catalogue });
  const routeParts = { sequelize, settings: {} as never };
  api = await startTestApi({ catalogue, runs, routes: [listApprovalDecisions], problems, routeParts, authenticator });
});
test.after.always(async () => {
  await api?.close();
  await database?.drop();
});

const accept = async (workflow: string): Promise<string> =>
  (await acceptRun(records, { caller: callerOf('ada'), workflow })).id;

async function list(id: string, token = tokens.ada) {
  const answer = await api.fetch(`/v1/approvals/${id}/decisions`, { headers: { Authorization: `Bearer ${token}` } });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const recorded = {
  step: 'decision',
  decision: 'approved',
  decidedBy: 'Grace',
  comment: null,
  decidedAt: new Date('2026-01-02T03:04:05.678Z'),
} as const;
const shown = { ...recorded, decidedAt: '2026-01-02T03:04:05.678Z' };

test('lists the decisions of an approval, oldest first', async (t) => {
  const runId = await accept('approval');
  t.deepEqual(await list(runId), { status: 200, body: { decisions: [] } });
  await decisions.record({ ...recorded, runId, step: 'appeal', decidedAt: new Date('2026-01-03T00:00:00Z') });
  await decisions.record({ ...recorded, runId });
  const appeal = { ...shown, step: 'appeal', decidedAt: '2026-01-03T00:00:00.000Z' };
  t.deepEqual(await list(runId), { status: 200, body: { decisions: [shown, appeal] } });
});

test("the scope runs:admin shows the decisions of every caller's approvals", async (t) => {
  const runId = await accept('approval');
  await decisions.record({ ...recorded, runId });
  t.deepEqual(await list(runId, tokens.admin), { status: 200, body: { decisions: [shown] } });
});

test("another caller's approval, and an id without a run, answer run-not-found", async (t) => {
  const runId = await accept('approval');
  await decisions.record({ ...recorded, runId });
  for (const [id, token] of [[runId, tokens.grace], [randomUUID()], ['no-uuid']] as const) {
    const { status, body } = await list(id, token);
    t.is(status, 404);
    t.like(body, { code: 'run-not-found', detail: `No run has id ${id}` });
  }
});

test('a run of another workflow is not an approval', async (t) => {
  const runId = await accept('greet');
  const { status, body } = await list(runId);
  t.is(status, 404);
  t.like(body, { code: 'not-an-approval', detail: `Run ${runId} is a run of greet` });
});
