import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../../platform/settings/project.js';

const files = {
  'package.json': '{ "type": "module" }',
  'ava.config.js': `
    import shared from '${projectRoot}/ava.config.js';
    export default { ...shared, files: ['*.test.ts'], require: ['${projectRoot}/tools/test/end-after-tests.ts'] };`,
  'planted.test.ts': `
    import { createServer } from 'node:net';
    import test from 'ava';
    test.before(() => {
      createServer().listen(0);
      throw new Error('planted');
    });
    test('never runs', (t) => t.pass());`,
};

test('a file whose before hook fails ends, although it left a server open', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-planted-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
  const ava = spawn(process.execPath, [join(projectRoot, 'node_modules/ava/entrypoints/cli.mjs'), '--tap'], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Far below ava's own timeout.
    timeout: 60_000,
  });
  t.teardown(() => ava.kill('SIGKILL'));
  let output = '';
  for (const stream of [ava.stdout, ava.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const [code] = await once(ava, 'close');
  t.is(code, 1, output);
  t.regex(output, /^not ok 1 - before hook$/m);
  t.regex(output, /planted\.test\.ts left a connection, server or timer open/);
});
