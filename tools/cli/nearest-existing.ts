import { realpathSync } from 'node:fs';
import { join } from 'node:path';

/** The nearest folder on the way to `path` that exists. */
export function nearestExisting(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return nearestExisting(join(path, '..'));
  }
}
