import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { createLogger } from '../../observability/logger.js';
import { workflowBundle } from '../../worker/workflow-bundle.js';

test('the bundle that the SDK makes of the sources can be kept', async (t) => {
  const cache = mkdtempSync(join(tmpdir(), 'atlas-bundle-'));
  t.teardown(() => rmSync(cache, { recursive: true }));
  const settings = { WORKER_BUNDLE_PATH: undefined, WORKER_BUNDLE_CACHE_DIR: cache };
  const bundle = await workflowBundle(settings, createLogger('worker', { LOG_LEVEL: 'warn', LOG_FORMAT: 'json' }));
  t.true('codePath' in bundle);
  t.is(readdirSync(cache).length, 2);
});
