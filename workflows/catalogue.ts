import { createCatalogue } from '../platform/workflows/catalogue.js';
import type { WorkflowDefinition } from '../platform/workflows/define.js';
import { approval } from './approval/definition.js';
import { greet } from './greet/definition.js';
import { greetAll } from './greet-all/definition.js';

/** Every workflow of the product, one line each. A workflow that is listed here and missing in `index.ts` does not compile. */
const definitions = [approval, greet, greetAll] as const satisfies readonly WorkflowDefinition[];

export type Definition = (typeof definitions)[number];

export const catalogue = createCatalogue(definitions);
