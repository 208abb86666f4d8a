import type { Settings } from '../settings/settings.js';
import { readTextFile, withLineFeeds } from '../settings/text-file.js';
import { DatabaseRefused } from './errors.js';

/**
 * pg's option `ssl`. Modes as in libpq: `require` encrypts, and verifies the chain (but not the host name) only if a CA is set.
 * @throws {DatabaseRefused} the CA file cannot be read
 */
export function tlsOptions({
  POSTGRES_TLS_MODE: mode,
  POSTGRES_TLS_CA_PATH: caPath,
}: Pick<Settings, 'POSTGRES_TLS_MODE' | 'POSTGRES_TLS_CA_PATH'>): object | false {
  if (mode === 'disable') return false;
  const ca = caPath === undefined ? undefined : readCa(caPath);
  if (mode === 'verify-full') return { rejectUnauthorized: true, ...(ca && { ca }) };
  return ca ? { rejectUnauthorized: true, ca, checkServerIdentity: () => undefined } : { rejectUnauthorized: false };
}

function readCa(path: string): string {
  try {
    return withLineFeeds(readTextFile(path));
  } catch (error) {
    throw new DatabaseRefused(`Cannot read the file ${path} (POSTGRES_TLS_CA_PATH)`, { cause: error });
  }
}
