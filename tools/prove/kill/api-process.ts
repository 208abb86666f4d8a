import { product } from '../../../config/product.js';
import { serveApi } from '../../../platform/api/serve-api.js';
import { platformMigrations } from '../../../platform/database/migration-files.js';
import { runService } from '../../../platform/service/run-service.js';
import { services } from '../../../platform/settings/names.js';
import { killWorkflows } from './kill-workflows.js';
import { underTest } from './under-test.js';
import { withApiPoints } from './with-points.js';
import { withoutGuard } from './without-guards.js';

/** The API as in production, with the test's hooks. */
const { crashes, without } = underTest.read();

runService(product, services.api, (context) =>
  serveApi({
    workflows: killWorkflows,
    migrations: platformMigrations,
    wrap: (parts) => withApiPoints(withoutGuard(without, parts, context.settings), crashes),
  })(context),
);
