/** What callers give, checked before anything is sent: a mistake is told at once, and not retried until a deadline. */

/** In a browser a base may be relative to the page. */
const pageUrl = (): string | undefined =>
  (globalThis as { readonly location?: { readonly href: string } }).location?.href;

/**
 * The base of all addresses, without a slash at its end.
 * @throws {TypeError} it is none that requests can be sent to
 */
export function baseUrlOf(given: string): string {
  const text = String(given ?? '').trim();
  // Nothing stands for where the page comes from, as it does in paths.
  const url = URL.canParse(text || '/', pageUrl()) ? new URL(text || '/', pageUrl()) : undefined;
  const fault = url ? faultOf(url) : 'must be an http or https URL, such as https://atlas.example.org';
  if (!url || fault !== undefined) throw new TypeError(`baseUrl ${fault}, but it is ${shown(given)}`);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function faultOf({ protocol, username, password, search, hash, href }: URL): string | undefined {
  if (protocol !== 'http:' && protocol !== 'https:')
    return `must begin with http:// or https://${/^[\w.-]+:[0-9]+(\/|$)/.test(href) ? `, as http://${href} does` : ''}`;
  if (username || password) return 'must not hold a user or password; give the key as apiKey';
  // Paths are put behind it.
  return search || hash ? 'must not have a query or fragment' : undefined;
}

/** Not what may be a password. */
const shown = (given: unknown): string =>
  typeof given === 'string' ? JSON.stringify(given.replace(/\/\/[^/?#]*@/, '//***@')) : String(given);

/** @throws {TypeError} no header can hold it; the key is not shown */
export function apiKeyOf(given: string | undefined): string | undefined {
  const key = given?.trim();
  if (key !== undefined && !/^[\x21-\x7e]*$/.test(key))
    throw new TypeError('apiKey must consist of printable ASCII characters without spaces');
  return key;
}

/** @throws {TypeError} it is no time, or no number of times */
export function amountOf(name: string, given: number): number {
  if (typeof given === 'number' && given >= 0) return given;
  throw new TypeError(`${name} must be a number from 0 on, but it is ${shown(given)}`);
}

/**
 * As a string of RFC 8941 (3.3.3): any printable ASCII characters may stand in it.
 * @throws {TypeError} the API would refuse it
 */
export function quotedKey(key: string): string {
  if (!/^[\x20-\x7e]{1,255}$/.test(key))
    throw new TypeError(`idempotencyKey must be 1 to 255 printable ASCII characters, but it is ${shown(key)}`);
  return `"${key.replace(/["\\]/g, '\\$&')}"`;
}
