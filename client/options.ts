// Options are validated before anything is sent, so that a mistake fails at once instead of after retries.

/** In a browser, a base URL may be relative to the page. */
const pageUrl = (): string | undefined =>
  (globalThis as { readonly location?: { readonly href: string } }).location?.href;

/** The base of all request URLs, without a slash at its end. @throws {TypeError} requests cannot be sent to this URL */
export function parseBaseUrl(baseUrl: string): string {
  const text = String(baseUrl ?? '').trim();
  // In a browser, an empty base is the origin of the page.
  const url = URL.canParse(text || '/', pageUrl()) ? new URL(text || '/', pageUrl()) : undefined;
  const fault = url ? faultOf(url) : 'must be an http or https URL, such as https://api.example.org';
  if (!url || fault !== undefined) throw new TypeError(`baseUrl ${fault} (got ${shown(baseUrl)})`);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function faultOf({ protocol, username, password, search, hash, href }: URL): string | undefined {
  if (protocol !== 'http:' && protocol !== 'https:')
    return `must start with http:// or https://${/^[\w.-]+:[0-9]+(\/|$)/.test(href) ? `, such as http://${href}` : ''}`;
  if (username || password) return 'must not contain a user or password: pass the key as apiKey';
  // Paths are appended to it.
  return search || hash ? 'must not have a query or fragment' : undefined;
}

/** Hides a password. */
const shown = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value.replace(/\/\/[^/?#]*@/, '//***@')) : String(value);

/** @throws {TypeError} the key does not fit into a header; the message does not show it */
export function parseApiKey(apiKey: string | undefined): string | undefined {
  const key = apiKey?.trim();
  if (key !== undefined && !/^[\x21-\x7e]*$/.test(key))
    throw new TypeError('apiKey must consist of printable ASCII characters without spaces');
  return key;
}

/** @throws {TypeError} not a number, or negative */
export function parseAmount(name: string, amount: number): number {
  if (typeof amount === 'number' && amount >= 0) return amount;
  throw new TypeError(`${name} must be a number, 0 or more (got ${shown(amount)})`);
}

/**
 * The key as a string of RFC 8941 (3.3.3), which may contain any printable ASCII character.
 * @throws {TypeError} the API would reject the key
 */
export function quoteIdempotencyKey(key: string): string {
  if (!/^[\x20-\x7e]{1,255}$/.test(key))
    throw new TypeError(`idempotencyKey must be 1 to 255 printable ASCII characters (got ${shown(key)})`);
  return `"${key.replace(/["\\]/g, '\\$&')}"`;
}
