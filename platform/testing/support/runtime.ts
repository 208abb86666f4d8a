import { DefaultLogger, Runtime } from '@temporalio/worker';
import { fixTimeZone } from '../../worker/runtime.js';

fixTimeZone();

// Once per process; a test file is one. What tests provoke on purpose is no news.
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
  shutdownSignals: [],
});
