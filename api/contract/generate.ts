import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../../config/project.js';
import { catalogue } from '../../workflows/catalogue.js';
import { createDocument } from './document.js';
import { serialise } from './serialise.js';

/**
 * `npm run generate:contract`: writes docs/openapi.json. With `--publish` it becomes what callers are promised: later changes are
 * held against it by `npm run check`.
 */
const { values } = parseArgs({ options: { publish: { type: 'boolean', default: false } } });
const path = (name: string) => join(projectRoot, 'docs', name);

writeFileSync(path('openapi.json'), serialise(createDocument(catalogue)));
if (values.publish) {
  copyFileSync(path('openapi.json'), path('openapi.published.json'));
  rmSync(path('openapi.breaking.json'), { force: true });
}
