/** Whose requests these are, as long as callers are not told apart. */
export const anonymous = 'anonymous';
