import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The nearest folder above that contains package.json: compiled code is one level deeper than the sources. */
export const projectRoot: string = findRoot(dirname(fileURLToPath(import.meta.url)));

/** Version of the app, from package.json. */
export const appVersion: string = (
  JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string }
).version;

/** Cache of the workflow bundle for starts from the sources. `npm ci` removes it with node_modules. */
export const bundleCacheFolder: string = join(projectRoot, 'node_modules/.cache/atlas');

/** The app's sources, compiled file by file for `npm start` and `npm run dev`. */
export const compiledSources: string = join(projectRoot, '.atlas/compiled');

/** The source of a file in `compiledSources`, with or without its ending. Other paths stay as they are. */
export function sourceOf(path: string): string {
  if (!path.startsWith(`${compiledSources}${sep}`)) return path;
  const source = join(projectRoot, relative(compiledSources, path));
  const typed = source.replace(/\.([cm]?)js$/, '.$1ts');
  return existsSync(typed) ? typed : source;
}

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`No package.json in a folder above ${fileURLToPath(import.meta.url)}`);
  return findRoot(parent);
}
