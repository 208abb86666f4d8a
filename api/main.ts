import '../platform/api/small-heap.js';
import { product } from '../config/product.js';
import { migrations } from '../migrations/index.js';
import { serveApi } from '../platform/api/serve-api.js';
import { runService } from '../platform/service/run-service.js';
import { services } from '../platform/settings/names.js';
import { workflows } from '../workflows/index.js';
import { problems } from './problems.js';
import { routes } from './routes/index.js';

runService(product, services.api, serveApi({ workflows, routes, problems, migrations }));
