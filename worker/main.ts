import { createActivities } from '../activities/index.js';
import { runService } from '../platform/service/run-service.js';
import { services } from '../platform/settings/names.js';
import { serveWorker } from '../platform/worker/serve-worker.js';
import { workflowBundle } from '../platform/worker/workflow-bundle.js';
import { createActivityDeps } from './activity-deps.js';

runService(
  services.worker,
  serveWorker({ bundle: workflowBundle, activities: (parts) => createActivities(createActivityDeps(parts)) }),
);
