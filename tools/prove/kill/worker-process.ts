import { product } from '../../../config/product.js';
import { platformMigrations } from '../../../platform/database/migration-files.js';
import { runService } from '../../../platform/service/run-service.js';
import { services } from '../../../platform/settings/names.js';
import { serveWorker } from '../../../platform/worker/serve-worker.js';
import { killWorkflows } from './kill-workflows.js';
import { createThreeEffectsActivities } from './three-effects/activities.js';
import { underTest } from './under-test.js';
import { withRecordPoint } from './with-points.js';
import { withoutCompareAndSet } from './without-guards.js';

/** The worker as in production, with the test's hooks. */
const { crashes, without } = underTest.read();

runService(product, services.worker, (context) =>
  serveWorker({
    workflows: killWorkflows,
    migrations: platformMigrations,
    activities: ({ sequelize }) => createThreeEffectsActivities({ sequelize, crashes }),
    wrap: ({ repository, ...others }) => ({
      ...others,
      repository: withRecordPoint(
        without === 'compare-and-set' ? withoutCompareAndSet(repository, context.settings) : repository,
        crashes,
      ),
    }),
  })(context),
);
