import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json; found upwards, because the compiled code lies one folder deeper than the sources. */
export const projectRoot: string = findRoot(dirname(fileURLToPath(import.meta.url)));

/** Version of the app, from package.json. */
export const appVersion: string = (
  JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string }
).version;

/** Where the workflow bundle is kept between starts from the sources; goes with node_modules. */
export const bundleCacheFolder: string = join(projectRoot, 'node_modules/.cache/atlas');

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('package.json was not found above this file');
  return findRoot(parent);
}
