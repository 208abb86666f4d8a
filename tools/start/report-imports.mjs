// Preloaded into API and worker while their sources are watched (`node --import 'report-imports.mjs?to=FILE'`): appends the path of each
// file of the project that the process loads to FILE. Node.js reports them to a parent that watches (`node --watch` uses the same).
import { appendFileSync } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Makes Node.js report what it loads, with `process.send`. */
process.env['WATCH_REPORT_DEPENDENCIES'] = '1';

const to = new URL(import.meta.url).searchParams.get('to') ?? '';
const packages = `${sep}node_modules${sep}`;

/** @param {unknown} message */
process.send = (message) => {
  const { 'watch:import': urls = [], 'watch:require': paths = [] } = /** @type {Record<string, string[]>} */ (message);
  const files = urls.filter((url) => url?.startsWith('file:')).map((url) => fileURLToPath(url));
  for (const path of [...files, ...paths]) {
    if (path?.includes(sep) && !path.includes(packages)) appendFileSync(to, `${path}\n`);
  }
  return true;
};
