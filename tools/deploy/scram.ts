import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * PostgreSQL's verifier of a password (pg_authid.rolpassword): `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`, RFC 5803
 * with salt and keys in base64.
 */
const form = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/;
const iterations = 4096;

/** Whether the verifier matches the password, which must be ASCII: RFC 4013 would change others. */
export function verifierFits(verifier: string, password: string): boolean {
  const parts = form.exec(verifier);
  if (!parts) return false;
  const [, rounds, salt = '', storedKey = ''] = parts;
  const expected = Buffer.from(storedKey, 'base64');
  const found = keys(password, Buffer.from(salt, 'base64'), Number(rounds)).stored;
  return expected.length === found.length && timingSafeEqual(expected, found);
}

export function createVerifier(password: string): string {
  const salt = randomBytes(16);
  const { stored, server } = keys(password, salt, iterations);
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored.toString('base64')}:${server.toString('base64')}`;
}

function keys(password: string, salt: Buffer, rounds: number): { stored: Buffer; server: Buffer } {
  const salted = pbkdf2Sync(password, salt, rounds, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  return { stored: createHash('sha256').update(hmac('Client Key')).digest(), server: hmac('Server Key') };
}
