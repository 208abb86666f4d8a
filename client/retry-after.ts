/** How long `Retry-After` asks to wait (RFC 9110, 10.2.3: seconds, or an HTTP date), in milliseconds; absent when it is not there or is neither. */
export function retryAfterMs(headers: Headers): number | undefined {
  const given = headers.get('retry-after')?.trim();
  if (!given) return undefined;
  if (/^[0-9]+$/.test(given)) return Number(given) * 1000;
  const at = /^[A-Za-z]/.test(given) ? Date.parse(given) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
