import { createPlatformActivities } from '../../activities/index.js';
import { startTestApi, type TestApi } from '../api/support/api.js';
import { createFixtureActivities } from '../fixtures/activities.js';
import { createTestDatabase } from './postgres.js';
import { createTestRuns, recorderOf, scheduledRunsOf, testRecords } from './runs.js';
import { createTestTemporal } from './temporal.js';

/** The API with real parts: PostgreSQL, Temporal, a worker and HTTP. */
export interface TestPlatform {
  readonly api: TestApi;
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
    const api = await startTestApi({ runs: runs.runs, feed: runs.feed });
    opened.push(() => api.close());
    return { api, close };
  } catch (error) {
    await close();
    throw error;
  }
}
