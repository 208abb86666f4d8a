import { createActivities } from '../../../activities/index.js';
import { runService } from '../../../platform/service/run-service.js';
import { services } from '../../../platform/settings/names.js';
import { serveWorker } from '../../../platform/worker/serve-worker.js';
import { workflowBundle } from '../../../platform/worker/workflow-bundle.js';
import { createActivityDeps } from '../../../worker/activity-deps.js';
import { createThreeEffectsActivities } from './three-effects/activities.js';
import { underTest } from './under-test.js';
import { withRecordPoint } from './with-points.js';
import { withoutCompareAndSet } from './without-guards.js';

/** The worker as in production, but for what the test does to it. */
const { crashes, without } = underTest.read();

runService(services.worker, (context) =>
  serveWorker({
    bundle: workflowBundle,
    activities: (parts) => ({
      ...createActivities(createActivityDeps(parts)),
      ...createThreeEffectsActivities({ sequelize: parts.sequelize, crashes }),
    }),
    wrap: ({ repository, ...others }) => ({
      ...others,
      repository: withRecordPoint(
        without === 'compare-and-set' ? withoutCompareAndSet(repository, context.settings) : repository,
        crashes,
      ),
    }),
  })(context),
);
