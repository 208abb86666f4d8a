import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { makeDataFolder, rotateLogs } from './data-folder.js';

function makeClone(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-test-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const options = { account: undefined, folder: undefined, ephemeral: false };

test('data is in .atlas in the clone, with secrets for the owner only', (t) => {
  const projectRoot = makeClone(t);
  const data = makeDataFolder({ ...options, projectRoot });
  t.is(data.root, join(projectRoot, '.atlas'));
  t.is(statSync(data.secrets).mode & 0o777, 0o700);
});

test('ATLAS_DATA_DIR is relative to the clone', (t) => {
  const projectRoot = makeClone(t);
  t.is(makeDataFolder({ ...options, projectRoot, folder: 'data/mine' }).root, join(projectRoot, 'data/mine'));
});

for (const [name, folder] of Object.entries({
  'no line break': 'a\nb',
  'UTF-8': '/data/\uFFFD',
  '951 bytes': `/${'é'.repeat(475)}`,
  'a shell expands ~': '~/atlas',
}))
  test(`rejects a path that PostgreSQL cannot use: ${name}`, (t) => {
    const projectRoot = makeClone(t);
    const error = t.throws(() => makeDataFolder({ ...options, projectRoot, folder }), { code: 'data-folder-unusable' });
    t.regex(error.message, /ATLAS_DATA_DIR/);
    t.true(error.message.includes(name), error.message);
    t.deepEqual(readdirSync(projectRoot), []);
  });

test('ephemeral data has a new folder each time', (t) => {
  const projectRoot = makeClone(t);
  const [one, other] = [1, 2].map(() => makeDataFolder({ ...options, projectRoot, ephemeral: true }));
  t.teardown(() => {
    for (const data of [one, other]) if (data) rmSync(data.root, { recursive: true });
  });
  t.not(one?.root, other?.root);
  t.deepEqual(readdirSync(projectRoot), []);
});

test('ephemeral data has an absolute path even if TMPDIR is relative', (t) => {
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = relative(process.cwd(), makeClone(t));
  const data = makeDataFolder({ ...options, projectRoot: '/', ephemeral: true });
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  t.true(isAbsolute(data.root));
});

test('rejects a folder that PostgreSQL’s account cannot reach', (t) => {
  const projectRoot = makeClone(t);
  mkdirSync(join(projectRoot, 'closed/data'), { recursive: true });
  chmodSync(join(projectRoot, 'closed'), 0o700);
  const account = { name: 'stranger', uid: 40_000, gid: 40_000 };
  t.throws(() => makeDataFolder({ ...options, projectRoot, account, folder: 'closed/data' }), {
    code: 'data-folder-unusable',
    message: /stranger.*cannot reach .*closed\/data.*ATLAS_DATA_DIR/,
  });
});

test('rejects a file in place of the folder', (t) => {
  const projectRoot = makeClone(t);
  writeFileSync(join(projectRoot, '.atlas'), '');
  t.throws(() => makeDataFolder({ ...options, projectRoot }), {
    code: 'data-folder-unusable',
    message: /\.atlas cannot be used/,
  });
});

test('rejects a folder that the file system cannot create', (t) => {
  t.throws(() => makeDataFolder({ ...options, projectRoot: makeClone(t), folder: '/proc/atlas/data' }), {
    message: /The data folder \/proc\/atlas\/data cannot be used: .* set ATLAS_DATA_DIR to another folder/,
  });
});

test('each start has new logs and keeps those of the last one', (t) => {
  const data = makeDataFolder({ ...options, projectRoot: makeClone(t) });
  writeFileSync(join(data.logs, 'api.log'), 'first');
  rotateLogs(data);
  t.deepEqual(readdirSync(data.logs), ['api.previous.log']);
  rotateLogs(data);
  t.deepEqual(readdirSync(data.logs), ['api.previous.log']);
});
