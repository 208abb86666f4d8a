import { fileURLToPath } from 'node:url';

/** Path of `index`, without its ending: TypeScript in the sources, JavaScript in the compiled code. */
export const workflowsPath: string = fileURLToPath(new URL('./index', import.meta.url));
