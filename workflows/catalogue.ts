import type { WorkflowDefinition } from '../platform/workflows/define.js';
import { healthCheck } from '../platform/workflows/health-check/definition.js';
import { approval } from './approval/definition.js';
import { greet } from './greet/definition.js';

/** Every workflow of this app. One line each; what is missing in `index.ts` then is a type error there. */
const definitions = [approval, greet, healthCheck] as const satisfies readonly WorkflowDefinition[];

export type Definition = (typeof definitions)[number];

/** The definitions by name. A map, because names come from callers, and a plain object would also know `constructor`. */
export const catalogue: ReadonlyMap<string, WorkflowDefinition> = new Map(
  definitions.map((definition) => [definition.name, definition]),
);
