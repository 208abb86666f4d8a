import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';

/** TypeScript beside the sources, JavaScript beside the compiled code. */
const extension = extname(fileURLToPath(import.meta.url));
const converter = (name: string): string => fileURLToPath(new URL(`./${name}${extension}`, import.meta.url));

/** How values and errors cross to Temporal and back. The same for clients, workers and the workflow bundle. */
export const dataConverter = {
  payloadConverterPath: converter('payload-converter'),
  failureConverterPath: converter('failure-converter'),
} as const satisfies DataConverter;
