import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../../platform/settings/project.js';
import { parseCommandLine } from '../cli/command-line.mjs';
import { program } from './cli.js';

const read = (line: string) => parseCommandLine(program, line.split(' '));

test('reads the command line', (t) => {
  t.deepEqual<unknown, unknown>(read('set SHOP_KEY'), { command: 'set', name: 'SHOP_KEY', stage: undefined });
  t.deepEqual<unknown, unknown>(read('set SHOP_KEY --stage demo'), { command: 'set', name: 'SHOP_KEY', stage: 'demo' });
  t.deepEqual<unknown, unknown>(read('list --stage=demo'), { command: 'list', stage: 'demo' });
  t.throws(() => read('set'), { message: 'Missing NAME' });
  t.throws(() => read('set SHOP_KEY sk_live'), { message: /^Unexpected argument/ });
  t.throws(() => read('list --stage ../x'), { message: /^--stage: "\.\.\/x" is not 1 to 20 lower-case letters/ });
});

test('the command rejects a name that the product does not define', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-secrets-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const ATLAS_ENV_FILE = join(folder, 'env');
  writeFileSync(ATLAS_ENV_FILE, '');
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ['tools/start/run.mjs', 'tools/secrets/main.ts', 'set', 'NOT_A_SECRET'],
    { cwd: projectRoot, input: 'canary', encoding: 'utf8', env: { ...process.env, ATLAS_ENV_FILE } },
  );
  t.is(status, 1);
  t.regex(stderr, /^NOT_A_SECRET is not a secret of the product/);
  t.notRegex(stderr + stdout, /canary|\n {4}at /);
});
