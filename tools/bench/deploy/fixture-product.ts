import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const from = 'platform/testing/fixtures';
/** The image has no tests. At this depth, imports of the platform lead to the same files. */
const to = 'platform/fixtures/workflows';

/** The entry points and lists of a product, with the workflows of the platform's tests. */
const files: Readonly<Record<string, string>> = {
  'workflows/catalogue.ts': `import { fixtureCatalogue } from '../${to}/definitions.js';
import type { WorkflowDefinition } from '../platform/workflows/define.js';

export type Definition = WorkflowDefinition;
export const catalogue = fixtureCatalogue;
`,
  'workflows/index.ts': `export * from '../${to}/workflows.js';
`,
  'worker/main.ts': `import { product } from '../config/product.js';
import { migrations } from '../migrations/index.js';
import { createFixtureActivities } from '../${to}/activities.js';
import { runService } from '../platform/service/run-service.js';
import { services } from '../platform/settings/names.js';
import { serveWorker } from '../platform/worker/serve-worker.js';
import { workflowsPath } from '../workflows/path.js';

const activities = () => createFixtureActivities({ now: () => new Date() });
runService(product, services.worker, serveWorker({ workflowsPath, migrations, activities }));
`,
  'api/main.ts': `import '../platform/api/small-heap.js';
import { product } from '../config/product.js';
import { migrations } from '../migrations/index.js';
import { serveApi } from '../platform/api/serve-api.js';
import { runService } from '../platform/service/run-service.js';
import { services } from '../platform/settings/names.js';
import { catalogue } from '../workflows/catalogue.js';

runService(product, services.api, serveApi({ catalogue, migrations }));
`,
};

/**
 * Gives a copy of the project the workflows of the platform's tests, such as `hello` and `vote`, in place of the product's. A product
 * renames, changes or removes its workflows; deploy tests and benchmarks need some that stay.
 * @param folder - the copy; its version may be an earlier one
 */
export function useFixtures(folder: string): void {
  mkdirSync(join(folder, to), { recursive: true });
  for (const file of readdirSync(join(folder, from))) {
    const text = readFileSync(join(folder, from, file), 'utf8');
    const needsTests = /from '\.\.\/(?!\.\.\/)/.test(text);
    if (!needsTests) writeFileSync(join(folder, to, file), text);
  }
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
}
