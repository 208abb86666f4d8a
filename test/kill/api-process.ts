import { serveApi } from '../../api/serve-api.js';
import { services } from '../../config/names.js';
import { runService } from '../../service/run-service.js';
import { catalogue } from './catalogue.js';
import { underTest } from './under-test.js';
import { withApiPoints } from './with-points.js';
import { withoutGuard } from './without-guards.js';

/** The API as in production, but for what the test does to it. */
const { crashes, without } = underTest.read();

runService(services.api, (context) =>
  serveApi({
    catalogue,
    wrap: (parts) => withApiPoints(withoutGuard(without, parts, context.settings), crashes),
  })(context),
);
