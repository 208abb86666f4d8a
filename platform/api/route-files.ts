import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onlyExport } from '../loading/only-export.js';
import { isRoute, type ProductRoute } from './product-route.js';

/** Loads the product's routes, in the order of the API reference. */
export type LoadRoutes = () => Promise<readonly ProductRoute[]>;

/** The name has no dot, which excludes tests, declarations (`.d.ts`) and source maps. */
const routeFile = /^[^.]+\.(?:ts|js)$/;

/**
 * Finds the routes of a folder: each file exports one. Sorts them by file name.
 * @param here - `import.meta.url` of `index.ts` in this folder
 * @returns loads them; throws {CommandFault} if a file cannot be loaded or does not export exactly one route
 */
export const routesIn =
  (here: string): LoadRoutes =>
  async () => {
    const folder = dirname(fileURLToPath(here));
    const files = readdirSync(folder).filter((file) => routeFile.test(file) && !/^index\./.test(file));
    return Promise.all(
      files.sort().map((file) =>
        onlyExport(join(folder, file), {
          kind: 'route',
          is: isRoute,
          advice: 'export the result of defineRoute, or move the file out of this folder',
        }),
      ),
    );
  };
