import './small-heap.js';
import { services } from '../config/names.js';
import { runService } from '../service/run-service.js';
import { catalogue } from '../workflows/catalogue.js';
import { serveApi } from './serve-api.js';

runService(services.api, serveApi({ catalogue }));
