import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';

/** `.ts` in the sources, `.js` in the compiled code. */
const extension = extname(fileURLToPath(import.meta.url));
const converter = (name: string): string => fileURLToPath(new URL(`./${name}${extension}`, import.meta.url));

/** Converts values and errors to Temporal's format and back. Clients, workers and the workflow bundle share it. */
export const dataConverter = {
  payloadConverterPath: converter('payload-converter'),
  failureConverterPath: converter('failure-converter'),
} as const satisfies DataConverter;
