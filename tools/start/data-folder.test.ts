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

test('data lie in .atlas in the clone, secrets for their owner only', (t) => {
  const projectRoot = makeClone(t);
  const data = makeDataFolder({ ...options, projectRoot });
  t.is(data.root, join(projectRoot, '.atlas'));
  t.is(statSync(data.secrets).mode & 0o777, 0o700);
});

test('a folder that was asked for is taken from the clone on', (t) => {
  const projectRoot = makeClone(t);
  t.is(makeDataFolder({ ...options, projectRoot, folder: 'data/mine' }).root, join(projectRoot, 'data/mine'));
});

for (const [name, folder] of Object.entries({
  'no line break': 'a\nb',
  'UTF-8': '/data/\uFFFD',
  '951 bytes': `/${'é'.repeat(475)}`,
  '~ means': '~/atlas',
}))
  test(`a folder whose path PostgreSQL cannot have is refused, with the reason: ${name}`, (t) => {
    const projectRoot = makeClone(t);
    const error = t.throws(() => makeDataFolder({ ...options, projectRoot, folder }), { code: 'data-folder-unusable' });
    t.regex(error.message, /ATLAS_DATA_DIR/);
    t.true(error.message.includes(name), error.message);
    t.deepEqual(readdirSync(projectRoot), []);
  });

test('ephemeral data get a new folder each time', (t) => {
  const projectRoot = makeClone(t);
  const [one, other] = [1, 2].map(() => makeDataFolder({ ...options, projectRoot, ephemeral: true }));
  t.teardown(() => {
    for (const data of [one, other]) if (data) rmSync(data.root, { recursive: true });
  });
  t.not(one?.root, other?.root);
  t.deepEqual(readdirSync(projectRoot), []);
});

test('ephemeral data lie in an absolute folder, also where TMPDIR is none', (t) => {
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = relative(process.cwd(), makeClone(t));
  const data = makeDataFolder({ ...options, projectRoot: '/', ephemeral: true });
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  t.true(isAbsolute(data.root));
});

test('a folder that PostgreSQL’s account cannot reach is refused with a way out', (t) => {
  const projectRoot = makeClone(t);
  mkdirSync(join(projectRoot, 'closed/data'), { recursive: true });
  chmodSync(join(projectRoot, 'closed'), 0o700);
  const account = { name: 'stranger', uid: 40_000, gid: 40_000 };
  t.throws(() => makeDataFolder({ ...options, projectRoot, account, folder: 'closed/data' }), {
    code: 'data-folder-unusable',
    message: /stranger.*cannot reach .*closed\/data.*ATLAS_DATA_DIR/,
  });
});

test('a file in the place of the folder is a clear error', (t) => {
  const projectRoot = makeClone(t);
  writeFileSync(join(projectRoot, '.atlas'), '');
  t.throws(() => makeDataFolder({ ...options, projectRoot }), {
    code: 'data-folder-unusable',
    message: /\.atlas cannot be used/,
  });
});

test('a folder that the file system cannot make is refused at once', (t) => {
  t.throws(() => makeDataFolder({ ...options, projectRoot: makeClone(t), folder: '/proc/atlas/data' }), {
    message: /The data folder \/proc\/atlas\/data cannot be used: .* set ATLAS_DATA_DIR to another folder/,
  });
});

test('each start begins new logs and keeps those of the one before', (t) => {
  const data = makeDataFolder({ ...options, projectRoot: makeClone(t) });
  writeFileSync(join(data.logs, 'api.log'), 'first');
  rotateLogs(data);
  t.deepEqual(readdirSync(data.logs), ['api.previous.log']);
  rotateLogs(data);
  t.deepEqual(readdirSync(data.logs), ['api.previous.log']);
});
