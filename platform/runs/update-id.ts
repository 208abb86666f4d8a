import { createHash } from 'node:crypto';
import type { KeyedRequest } from './run.js';

/**
 * Temporal's id of an update: 64 characters. It hashes caller, key, run and content, because Temporal knows neither callers nor the
 * expiry of keys.
 */
export const updateIdOf = ({ caller, key, runId, content }: KeyedRequest): string =>
  createHash('sha256')
    .update(JSON.stringify([caller, key, runId, content]))
    .digest('hex');
