import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../settings/project.js';

const module = new URL('./closed-output.mjs', import.meta.url).href;
/** Copies its input to its output, and reports the end of its input on standard error. */
const program = (kind: string) => `
  import { ${kind} } from ${JSON.stringify(module)};
  ${kind}(() => process.stderr.write('stopping '));
  process.stdin.setEncoding('utf8').on('data', (line) => process.stdout.write(line)).on('end', () => {
    process.stderr.write('finished');
    process.exitCode = 3;
  });
  process.stdout.write('started\\n');`;

/** Starts the program, closes its output, makes it write more, and waits for its exit. */
async function withoutReader(args: readonly string[]) {
  const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: 'pipe' });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  child.stdin.on('error', () => undefined);
  const ended = once(child, 'close');
  await once(child.stdout, 'data');
  child.stdout.destroy();
  await once(child.stdout, 'close');
  for (const line of ['more\n', 'and more\n']) child.stdin.write(line);
  child.stdin.end();
  const [code] = await ended;
  return { code, stderr };
}
const script = (kind: string) => ['--input-type=module', '--eval', program(kind)];

test('without this module, Node.js exits with a stack trace when the output is closed', async (t) => {
  const none = `process.stdin.on('data', (line) => process.stdout.write(line)); process.stdout.write('started\\n');`;
  const { code, stderr } = await withoutReader(['--eval', none]);
  t.is(code, 1);
  t.regex(stderr, /EPIPE/);
});

test('endWhenOutputCloses exits immediately and silently with 141', async (t) => {
  t.deepEqual(await withoutReader(script('endWhenOutputCloses')), { code: 141, stderr: '' });
});

test('stopWhenOutputCloses stops the program once and exits with 141', async (t) => {
  t.deepEqual(await withoutReader(script('stopWhenOutputCloses')), { code: 141, stderr: 'stopping finished' });
});

test('continueWhenOutputCloses finishes the program with its own exit code', async (t) => {
  t.deepEqual(await withoutReader(script('continueWhenOutputCloses')), { code: 3, stderr: 'finished' });
});

test('the last reaction applies, also if the output is already closed', async (t) => {
  const late = `
    import { continueWhenOutputCloses, stopWhenOutputCloses } from ${JSON.stringify(module)};
    continueWhenOutputCloses();
    process.stdin.setEncoding('utf8').on('data', (line) => process.stdout.write(line)).on('end', () =>
      stopWhenOutputCloses(() => process.stderr.write('stopping')));
    process.stdout.write('started\\n');`;
  t.deepEqual(await withoutReader(['--input-type=module', '--eval', late]), { code: 141, stderr: 'stopping' });
});

test('ignores a closed standard error', async (t) => {
  const child = spawn(process.execPath, script('endWhenOutputCloses'), { stdio: 'pipe' });
  const ended = once(child, 'close');
  child.stderr.destroy();
  await once(child.stderr, 'close');
  child.stdout.resume();
  child.stdin.end();
  t.deepEqual(await ended, [3, null]);
});

test('reports a full disk with exit code 1', async (t) => {
  const full = existsSync('/dev/full') ? openSync('/dev/full', 'w') : undefined;
  if (full === undefined) {
    t.pass('/dev/full exists on Linux only');
    return;
  }
  t.teardown(() => closeSync(full));
  const child = spawn(process.execPath, script('endWhenOutputCloses'), { stdio: ['ignore', full, 'pipe'] });
  const [[text], [code]] = await Promise.all([once(child.stderr ?? child, 'data'), once(child, 'close')]);
  t.is(code, 1);
  t.regex(String(text), /^Cannot write to standard output: ENOSPC/);
});

/** A container engine without containers. */
const tools = mkdtempSync(join(tmpdir(), 'atlas-test-'));
writeFileSync(join(tools, 'docker'), '#!/bin/sh\n');
chmodSync(join(tools, 'docker'), 0o755);
test.after.always(() => rmSync(tools, { recursive: true }));

/** Read-only commands that end soon. */
const commands: Readonly<Record<string, readonly string[]>> = {
  'npm start -- --help': ['tools/start/start.mjs', '--help'],
  'npm run doctor': ['tools/doctor/main.ts', 'start'],
  'npm run doctor -- --help': ['tools/doctor/main.ts', '--help'],
  'npm run keys -- --help': ['tools/start/keys.ts', '--help'],
  'npm run migrate -- --help': ['tools/migrate/main.ts', '--help'],
  'npm run status -- --help': ['tools/deploy/main.ts', 'status', '--help'],
  'npm run status -- --json': ['tools/deploy/main.ts', 'status', '--json'],
  'npm run logs -- --help': ['tools/logs/main.ts', '--help'],
  'npm run bench -- --help': ['tools/bench/runs.ts', '--help'],
  'npm run bench:deploy -- --help': ['tools/bench/deploy.ts', '--help'],
  'npm run bench:start -- --help': ['tools/bench/start.ts', '--help'],
};
for (const [name, [entry = '', ...args]] of Object.entries(commands)) {
  test.serial(`${name} exits silently with 141 when its output is closed`, async (t) => {
    const child = spawn(process.execPath, ['--import', 'tsx', entry, ...args], {
      cwd: projectRoot,
      env: {
        ...process.env,
        ATLAS_ENV_FILE: '/dev/null',
        PATH: [tools, process.env['PATH']].join(delimiter),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // Loading takes time, so this happens before the first write.
    child.stdout.destroy();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    const [code] = await once(child, 'close');
    t.deepEqual({ code, stderr }, { code: 141, stderr: '' });
  });
}
