import shared from './ava.config.js';

/** `npm run test:deploy`: one stage after another on a real engine, each step within minutes rather than seconds. */
export default { ...shared, files: ['tools/deploy/test/**/*.test.ts'], concurrency: 1, timeout: '10m' };
