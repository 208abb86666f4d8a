import { createPlatformActivities } from '../../activities/index.js';
import { createSchedules } from '../../runs/schedules.js';
import { createScheduleEngine } from '../../temporal/schedule-engine.js';
import { plannedRuns } from '../../workflows/schedule.js';
import { startTestApi, type TestApi } from '../api/support/api.js';
import { createFixtureActivities } from '../fixtures/activities.js';
import { fixtureCatalogue } from '../fixtures/catalogue.js';
import { testProduct } from '../test-product.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';
import { createTestRuns, recorderOf, scheduledRunsOf, testRecords } from './runs.js';
import { createTestTemporal, type TestTemporal } from './temporal.js';

/** The API with real parts: PostgreSQL, Temporal, a worker and HTTP. */
export interface TestPlatform {
  readonly api: TestApi;
  readonly temporal: TestTemporal;
  readonly database: TestDatabase;
  close(): Promise<void>;
}

/** Starts the API in this process, with a worker. */
export async function startTestPlatform(): Promise<TestPlatform> {
  const opened: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of opened.splice(0).reverse()) await end();
  };
  try {
    const database = await createTestDatabase();
    opened.push(database.drop);
    const temporal = await createTestTemporal();
    opened.push(() => temporal.close());
    const parts = { ...testRecords(database.sequelize), engine: temporal.engine };
    const runs = createTestRuns(parts, { callTimeoutMs: 1_000, leaseMs: 10_000 });
    runs.begin();
    opened.push(() => runs.stop());
    const platform = createPlatformActivities({
      health: {
        postgres: async () => ({ version: '17' }),
        temporal: async () => ({ version: '1' }),
        worker: () => Promise.reject(new Error('not asked here')),
      },
      scheduledRuns: scheduledRunsOf(parts, database.sequelize),
      retention: { purge: async () => ({ runs: 0, keys: 0, auditEntries: 0 }) },
    });
    await temporal.startWorkers({ ...platform, ...createFixtureActivities() }, {}, recorderOf(parts));
    const schedules = createSchedules({
      planned: plannedRuns(fixtureCatalogue),
      engine: createScheduleEngine(temporal.client, { product: testProduct, timeoutMs: 30_000 }),
      audit: parts.audit,
      runs: runs.runs,
    });
    const api = await startTestApi({ runs: runs.runs, feed: runs.feed, schedules });
    opened.push(() => api.close());
    return { api, temporal, database, close };
  } catch (error) {
    await close();
    throw error;
  }
}
