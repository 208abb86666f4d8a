import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { isReachable, postgresAccount } from './account.js';

function makeFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-test-'));
  chmodSync(folder, 0o755);
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function makePasswd(t: ExecutionContext, ...names: string[]): string {
  const file = join(makeFolder(t), 'passwd');
  const lines = names.map((name, index) => `${name}:x:${40_000 + index}:${50_000 + index}::/:/bin/sh`);
  writeFileSync(file, ['root:x:0:0::/root:/bin/sh', ...lines].join('\n'));
  return file;
}

const stranger = { name: 'stranger', uid: 40_000, gid: 50_000 };

test('an unprivileged user needs no other account', (t) => {
  t.is(postgresAccount('/', makePasswd(t, 'postgres'), 1000), undefined);
});

test('root uses the account postgres, otherwise nobody', (t) => {
  t.deepEqual(postgresAccount('/', makePasswd(t, 'nobody', 'postgres'), 0), {
    ...{ name: 'postgres', uid: 40_001, gid: 50_001 },
  });
  t.is(postgresAccount('/', makePasswd(t, 'nobody'), 0)?.name, 'nobody');
});

test('throws if root has no such account', (t) => {
  t.throws(() => postgresAccount('/', makePasswd(t, 'somebody'), 0), { message: /no account "postgres" or "nobody"/ });
});

test('a folder is reachable if all users can enter its parents', (t) => {
  const folder = makeFolder(t);
  const inner = join(folder, 'closed', 'inner');
  mkdirSync(inner, { recursive: true });
  t.true(isReachable(inner, stranger));
  chmodSync(join(folder, 'closed'), 0o700);
  t.false(isReachable(inner, stranger));
  chmodSync(join(folder, 'closed'), 0o711);
  t.true(isReachable(inner, stranger));
  chmodSync(inner, 0o700);
  t.false(isReachable(inner, stranger));
});

test('the permissions of the owner count for its own folders', (t) => {
  const folder = makeFolder(t);
  chmodSync(folder, 0o700);
  t.is(isReachable(folder, { name: 'me', uid: process.getuid?.() ?? 0, gid: 50_000 }), true);
});
