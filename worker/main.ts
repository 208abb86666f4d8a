import { createActivities } from '../activities/index.js';
import { services } from '../config/names.js';
import { runService } from '../service/run-service.js';
import { createActivityDeps } from './activity-deps.js';
import { serveWorker } from './serve-worker.js';
import { workflowBundle } from './workflow-bundle.js';

runService(
  services.worker,
  serveWorker({ bundle: workflowBundle, activities: (parts) => createActivities(createActivityDeps(parts)) }),
);
