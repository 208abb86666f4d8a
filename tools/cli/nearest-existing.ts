import { realpathSync } from 'node:fs';
import { join } from 'node:path';

/** `path`, or its nearest parent folder that exists. */
export function nearestExisting(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return nearestExisting(join(path, '..'));
  }
}
