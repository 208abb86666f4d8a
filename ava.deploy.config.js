import shared from './ava.config.js';

/** Longest files first. */
const order = ['faults.test.ts', 'stage.test.ts', 'exposure.test.ts', 'beside.test.ts', 'upgrade.test.ts'];
/** @param {string} path */
const rank = (path) => {
  const found = order.findIndex((file) => path.endsWith(file));
  return found === -1 ? order.length : found;
};

/** `npm run test:deploy`: each file has its own stages on a real engine. Each step takes minutes rather than seconds, and mostly waits. */
export default {
  ...shared,
  files: ['tools/deploy/test/**/*.test.ts'],
  concurrency: 2,
  timeout: '10m',
  /** @param {string} a @param {string} b */
  sortTestFiles: (a, b) => rank(a) - rank(b) || a.localeCompare(b),
};
