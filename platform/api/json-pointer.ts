/** The JSON pointer (RFC 6901, section 3) to what lies under these keys, one inside the other; none is the whole document. */
export const jsonPointer = (keys: readonly (string | number)[]): string =>
  keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
