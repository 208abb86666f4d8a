import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { problems } from '../../api/problems.js';
import { routes } from '../../api/routes/index.js';
import { product } from '../../config/product.js';
import { createDocument } from '../../platform/api/contract/document.js';
import { serialise } from '../../platform/api/contract/serialise.js';
import { projectRoot } from '../../platform/settings/project.js';
import { workflows } from '../../workflows/index.js';
import { runProgram } from '../cli/command-line.mjs';
import type { Program } from '../cli/program.js';

const program = {
  call: 'npm run generate:contract --',
  summary: "Generates docs/openapi.json, the API's contract.",
  options: {
    publish: { help: 'Also make it the published contract, which npm run check compares later changes with' },
  },
  notes: 'Exit codes: 0 done, 1 failed, 64 wrong command line',
} as const satisfies Program;

const path = (name: string) => join(projectRoot, 'docs', name);

await runProgram(program, async ({ publish }) => {
  const catalogue = await workflows.catalogue();
  const document = createDocument({ product, catalogue, routes: await routes(), problems });
  writeFileSync(path('openapi.json'), serialise(document));
  if (!publish) return;
  copyFileSync(path('openapi.json'), path('openapi.published.json'));
  writeFileSync(path('openapi.breaking.json'), `${JSON.stringify({ changes: [] }, undefined, 2)}\n`);
});
