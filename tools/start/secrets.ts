import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { readTextFile } from '../../platform/settings/text-file.js';

/**
 * The password kept in `file`; made and written (readable by its owner only) when there is none yet.
 * Letters, digits, `-` and `_` only, so that it stands in a URL as it is.
 */
export const keptPassword = (file: string): string => keptSecret(file, () => randomBytes(24).toString('base64url'));

/** The secret kept in `file`; made and written (readable by its owner only) when there is none yet. */
export function keptSecret(file: string, make: () => string): string {
  try {
    const text = readTextFile(file).trim();
    if (text !== '') return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const secret = make();
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  return secret;
}
