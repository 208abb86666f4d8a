/** Slow files start first, so that none of them runs alone at the end. */
const longest = [
  'tools/start/test/start.test.ts',
  'tools/migrate/test/migrate-command.test.ts',
  'tools/start/test/refusals.test.ts',
  'tools/start/test/failing-code.test.ts',
  'tools/keys/test/with-start.test.ts',
  'platform/testing/worker/process.test.ts',
  'platform/testing/api/main.test.ts',
  'tools/prove/abuse/slow-clients.test.ts',
  'tools/prove/abuse/bodies.test.ts',
];
/** @param {string} path */
const rank = (path) => {
  const found = longest.findIndex((file) => path.endsWith(file));
  return found === -1 ? longest.length : found;
};

export default {
  files: ['**/*.test.ts', '!dist/**', '!coverage/**', '!tools/deploy/test/**'],
  extensions: { ts: 'module' },
  nodeArguments: [`--import=${new URL('tools/start/load-typescript.mjs', import.meta.url).href}`],
  workerThreads: false,
  require: ['./tools/test/end-after-tests.ts', './tools/test/no-git-repository.ts'],
  // For two cores: one of three files usually waits for a process or a server.
  concurrency: 3,
  // Tests time out with better messages themselves; this is the last resort.
  timeout: '5m',
  failWithoutAssertions: true,
  /** @param {string} a @param {string} b */
  sortTestFiles: (a, b) => rank(a) - rank(b) || a.localeCompare(b),
};
