import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { readTextFile } from '../../platform/settings/text-file.js';

/**
 * The password in `file`, generated if there is none. It has only letters, digits, `-` and `_`, so a URL can contain it unescaped.
 */
export const keptPassword = (file: string): string => keptSecret(file, () => randomBytes(24).toString('base64url'));

/** The secret in `file`, created if there is none. Only the owner can read the file. */
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
