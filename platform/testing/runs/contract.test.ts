import test from 'ava';
import { TemporalRefused } from '../../errors/platform.js';
import type { Outcome, Run } from '../../runs/run.js';
import { createInMemoryRuns } from '../api/support/in-memory-runs.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { createTestRuns, recorderOf, type TestRuns, testRecords } from '../support/runs.js';
import { createTestTemporal, type TestTemporal } from '../support/temporal.js';
import { brokenGreeting, brokenName, testContract } from './contract.js';

let temporal: TestTemporal;
let database: TestDatabase;
let durable: TestRuns;

test.before(async () => {
  [temporal, database] = await Promise.all([createTestTemporal(), createTestDatabase()]);
  const parts = { ...testRecords(database.sequelize), engine: temporal.engine };
  durable = createTestRuns(parts, { callTimeoutMs: 5_000, leaseMs: 15_000 });
  durable.begin();
  const activities = {
    composeGreeting: async ({ name }: { name: string }) => {
      if (name === brokenName) throw new TemporalRefused(brokenGreeting.message);
      return `Hello, ${name}!`;
    },
    recordDecision: async () => {},
  };
  await temporal.startWorkers(activities, {}, recorderOf(parts));
});
test.after.always(async () => {
  await durable?.stop();
  await temporal?.close();
  await database?.drop();
});

function hello({ workflow, input }: Run): Outcome | undefined {
  if (workflow !== 'hello') return undefined;
  const { name } = input as { name: string };
  return name === brokenName
    ? { status: 'failed', failure: brokenGreeting }
    : { status: 'completed', result: { greeting: `Hello, ${name}!` } };
}
const inMemory = createInMemoryRuns(hello);

testContract('in memory', () => inMemory);
testContract('in PostgreSQL and Temporal', () => durable.runs);
