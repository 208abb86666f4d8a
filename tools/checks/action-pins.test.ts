import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { findUnpinnedActions } from './action-pins.js';

function check(t: ExecutionContext, action: string): string[] {
  const root = mkdtempSync(join(tmpdir(), 'atlas-pins-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  const file = '.github/workflows/a.yml';
  mkdirSync(join(root, '.github/workflows'), { recursive: true });
  writeFileSync(
    join(root, file),
    `jobs:\n  a:\n    steps:\n      - uses: ${action}\n      - name: a\n        run: b\n`,
  );
  return findUnpinnedActions(root, [file]);
}

const commit = '3d3c42e5aac5ba805825da76410c181273ba90b1';
const digest = 'e2fc4e5012d16e7fe466f5291c476431beaa1f9b90a5c2125b493ed28e2aba57';

for (const action of [
  `actions/checkout@${commit} # v7.0.1`,
  `"actions/checkout@${commit}" # v7.0.1`,
  `github/codeql-action/init@${commit} # 4.1`,
  './.github/actions/mine',
  `docker://alpine@sha256:${digest}`,
]) {
  test(`accepts ${action}`, (t) => t.deepEqual(check(t, action), []));
}

for (const action of [
  'actions/checkout@v7',
  'actions/checkout@main',
  `actions/checkout@${commit}`,
  `actions/checkout@${commit} # newest`,
  `actions/checkout@${commit.slice(0, 7)} # v7.0.1`,
  'docker://alpine:3',
]) {
  test(`reports ${action}`, (t) => {
    t.deepEqual(check(t, action), [
      `.github/workflows/a.yml:4: ${action} is not pinned; write owner/name@<40 hex digits> # <version>`,
    ]);
  });
}
