import { createHash } from 'node:crypto';
import type { KeyedRequest } from './run.js';

/** Temporal's id of an update: the same for the same request of the same caller, and no other; 64 characters. */
export const updateIdOf = ({ caller, key, runId, content }: KeyedRequest): string =>
  createHash('sha256')
    .update(JSON.stringify([caller, key, runId, content]))
    .digest('hex');
