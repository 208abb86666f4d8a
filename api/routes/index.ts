import { type LoadRoutes, routesIn } from '../../platform/api/route-files.js';

/** The product's routes: each other file of this folder exports one, made with `defineRoute`. */
export const routes: LoadRoutes = routesIn(import.meta.url);
