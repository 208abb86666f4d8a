import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { projectRoot } from '../../platform/settings/project.js';

const quietNpm = 'echo "3 passed, 1 failed"';

/** Runs `.ci/run` in an otherwise empty clone, with shell scripts instead of npm, python3 and go. */
function runCi(t: ExecutionContext, { npm = quietNpm, images }: { npm?: string; images?: 'default' | 'variable' }) {
  const root = mkdtempSync(join(tmpdir(), 'atlas-ci-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  const calls = join(root, 'calls');
  const script = (path: string, body: string) => {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, `#!/bin/sh\necho "$(basename "$0") $*" >> '${calls}'\n${body}\n`);
    chmodSync(path, 0o755);
  };
  mkdirSync(join(root, 'clone', '.ci'), { recursive: true });
  copyFileSync(join(projectRoot, '.ci/run'), join(root, 'clone', '.ci', 'run'));
  script(join(root, 'bin', 'npm'), npm);
  for (const missing of ['python3', 'go']) script(join(root, 'bin', missing), 'exit 127');
  const folder = join(root, images === 'variable' ? 'elsewhere' : 'shared/offline-images');
  if (images) for (const program of ['engine', 'build']) script(join(folder, program), 'exit 0');
  const { ATLAS_CI_IMAGES: _, ...env } = process.env;
  const { status, stdout } = spawnSync('bash', [join(root, 'clone', '.ci', 'run')], {
    encoding: 'utf8',
    env: {
      ...env,
      PATH: `${join(root, 'bin')}:${env['PATH']}`,
      ...(images === 'variable' && { ATLAS_CI_IMAGES: folder }),
    },
  });
  const called = readFileSync(calls, 'utf8').trim().split('\n');
  return { status, stdout, calls: called.filter((call) => !/^(python3|go) /.test(call)) };
}

const commands = [
  'npm test',
  'npm run check',
  'npm run test:kill -- --short',
  'npm run test:fuzz -- --cases 1000',
  'npm run test:takeover',
];
const deployTests = 'npm run test:deploy -- --if-possible';

test('runs all suites and prints the sum of their counts in the last line', (t) => {
  const { status, stdout, calls } = runCi(t, {});
  t.deepEqual(calls, [...commands, deployTests]);
  t.is(stdout.trim().split('\n').at(-1), '18 passed, 6 failed');
  t.is(status, 0);
});

test('prints the time of each part', (t) => {
  const { stdout } = runCi(t, {});
  t.regex(stdout, /\nMinutes:\n( +\d+:\d\d {2}[a-z]+\n){8} +\d+:\d\d {2}in total\n/);
});

for (const command of [...commands, deployTests]) {
  test(`runs all suites and fails if ${command} fails`, (t) => {
    const npm = `${quietNpm}\n[ "npm $*" != '${command}' ]`;
    const { status, calls } = runCi(t, { npm });
    t.is(status, 1);
    t.is(calls.length, 6);
  });
}

for (const images of ['default', 'variable'] as const) {
  test(`prepares the engine and images from an existing folder before what deploys (${images})`, (t) => {
    const { calls } = runCi(t, { images });
    t.deepEqual(calls, [...commands.slice(0, -1), 'engine ', 'build ', ...commands.slice(-1), deployTests]);
  });
}
