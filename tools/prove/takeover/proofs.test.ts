import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { runCommand } from '../../bench/run-command.js';
import { createProofs } from './proofs.js';

test('runs a test once on the same files', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'proofs-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  const run = async (command: string) => (await runCommand('bash', ['-c', command], { cwd: folder })).stdout;
  await run('git init --quiet && echo runs >> .gitignore && echo .env >> .gitignore');
  const { passed, prove } = createProofs(run);
  const proveAgain = async () => {
    await prove('printf x >> runs');
    return readFileSync(join(folder, 'runs'), 'utf8');
  };

  t.is(await proveAgain(), 'x');
  t.is(await proveAgain(), 'x');
  write('source.ts', '1');
  t.is(await proveAgain(), 'xx');
  await run('git add source.ts && git -c user.name=a -c user.email=a@example.org commit --quiet --message a');
  t.is(await proveAgain(), 'xx');
  write('.env', 'A=1');
  t.is(await proveAgain(), 'xxx');

  // There is no package.json: the command would fail.
  await passed('npm test -- test/');
  await prove('npm test -- test/');
  write('source.ts', '2');
  await t.throwsAsync(prove('npm test -- test/'));
});
