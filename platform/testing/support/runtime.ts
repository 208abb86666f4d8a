import { DefaultLogger, Runtime } from '@temporalio/worker';
import { fixTimeZone } from '../../worker/runtime.js';

fixTimeZone();

// Once per process, and each test file is a process. Hides the errors that tests provoke.
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
  shutdownSignals: [],
});
