import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { problems } from '../../api/problems.js';
import { routes } from '../../api/routes/index.js';
import { product } from '../../config/product.js';
import { createDocument } from '../../platform/api/contract/document.js';
import { serialise } from '../../platform/api/contract/serialise.js';
import { projectRoot } from '../../platform/settings/project.js';
import { catalogue } from '../../workflows/catalogue.js';

/**
 * `npm run generate:contract`: writes docs/openapi.json. With `--publish`, it also becomes the published contract, which `npm run check`
 * compares later changes with.
 */
const { values } = parseArgs({ options: { publish: { type: 'boolean', default: false } } });
const path = (name: string) => join(projectRoot, 'docs', name);

writeFileSync(path('openapi.json'), serialise(createDocument({ product, catalogue, routes, problems })));
if (values.publish) {
  copyFileSync(path('openapi.json'), path('openapi.published.json'));
  writeFileSync(path('openapi.breaking.json'), `${JSON.stringify({ changes: [] }, undefined, 2)}\n`);
}
