import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { temporaryFolder, writeFakeCli, writeScript } from './testing/fixture.js';
import { isAtLeast, readVersion } from './version.js';

const check = {
  env: process.env,
  limits: { versionMs: 60_000, stallMs: 0, downloadMs: 0 },
  signal: new AbortController().signal,
};

test('compares versions by number', (t) => {
  t.true(isAtLeast('1.9.0', '1.9.0'));
  t.true(isAtLeast('1.10.0', '1.9.0'));
  t.true(isAtLeast('2.0.0', '1.9.0'));
  t.true(isAtLeast('1.9.1+build-7', '1.9.1'));
  t.false(isAtLeast('1.8.9', '1.9.0'));
  t.false(isAtLeast('0.13.2', '1.9.0'));
});

test('a prerelease is older than its release', (t) => {
  t.false(isAtLeast('1.9.0-rc.1', '1.9.0'));
  t.true(isAtLeast('1.9.1-rc.1', '1.9.0'));
});

test('reads the version in the new and the old format', async (t) => {
  const folder = await temporaryFolder(t);
  t.is(await readVersion(await writeFakeCli(join(folder, 'new'), '1.9.1'), check), '1.9.1');
  const old = await writeScript(join(folder, 'old'), "echo 'temporal version 0.13.2 (server 1.24.1) (ui 2.27.3)'");
  t.is(await readVersion(old, check), '0.13.2');
});

test('says whether a binary is missing, not executable, fails, or is another program', async (t) => {
  const folder = await temporaryFolder(t);
  await t.throwsAsync(readVersion(join(folder, 'missing'), check), { message: /missing does not exist$/ });

  const plain = join(folder, 'plain');
  await writeFile(plain, '');
  await t.throwsAsync(readVersion(plain, check), { message: /plain is not executable/ });

  const failing = await writeScript(join(folder, 'failing'), 'echo first; echo no such flag >&2; exit 3');
  await t.throwsAsync(readVersion(failing, check), { message: /exited with code 3: no such flag$/ });

  const other = await writeScript(join(folder, 'other'), 'echo 1.9.1');
  await t.throwsAsync(readVersion(other, check), { message: /does not print the version of a Temporal CLI/ });
});

test('kills a binary that does not answer', async (t) => {
  const folder = await temporaryFolder(t);
  const hanging = await writeScript(join(folder, 'hanging'), 'sleep 600');
  await t.throwsAsync(readVersion(hanging, { ...check, limits: { ...check.limits, versionMs: 200 } }), {
    message: /hanging did not answer --version within 0.2 s$/,
  });
});
