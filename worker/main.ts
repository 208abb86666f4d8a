import { createActivities } from '../activities/index.js';
import { product } from '../config/product.js';
import { migrations } from '../migrations/index.js';
import { runService } from '../platform/service/run-service.js';
import { services } from '../platform/settings/names.js';
import { serveWorker } from '../platform/worker/serve-worker.js';
import { workflows } from '../workflows/index.js';

runService(
  product,
  services.worker,
  serveWorker({
    workflows,
    migrations,
    activities: createActivities,
  }),
);
