/** The JSON pointer (RFC 6901, section 3) of a path of keys. An empty path is the whole document. */
export const jsonPointer = (keys: readonly (string | number)[]): string =>
  keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
