import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const from = 'platform/testing/fixtures';
/** The image has no tests. At this depth, imports of the platform lead to the same files. */
const to = 'platform/fixtures/workflows';

/** The product's own list of activities, in a copy. */
const ownActivities = 'activities/of-product.ts';

/** The lists of a product, with the workflows of the platform's tests. The entry points stay: what they pass on changes with the platform. */
const files: Readonly<Record<string, string>> = {
  'workflows/index.ts': `export { fixtureWorkflows as workflows } from '../${to}/paths.js';
`,
  'activities/index.ts': `import { createFixtureActivities } from '../${to}/activities.js';
import { createActivities as ofProduct } from './of-product.js';

export * from './of-product.js';
export const createActivities = (parts: Parameters<typeof ofProduct>[0]) => ({
  ...ofProduct(parts),
  ...createFixtureActivities({ now: () => new Date() }),
});
`,
};

/** In versions that listed their workflows. */
const listFiles: Readonly<Record<string, string>> = {
  ...files,
  'workflows/catalogue.ts': `export { fixtureCatalogue as catalogue } from '../${to}/definitions.js';
export type Definition = { readonly name: string };
`,
  'workflows/index.ts': `export * from '../${to}/workflows.js';
`,
};

/**
 * Gives a copy of the project the workflows of the platform's tests, such as `hello` and `vote`, in place of the product's workflows. A product
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
  renameSync(join(folder, 'activities/index.ts'), join(folder, ownActivities));
  const own = existsSync(join(folder, 'workflows/catalogue.ts')) ? listFiles : files;
  for (const [file, text] of Object.entries(own)) writeFileSync(join(folder, file), text);
}
