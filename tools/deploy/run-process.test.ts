import { Readable, Writable } from 'node:stream';
import test from 'ava';
import { runProcess } from './run-process.js';

const node = (script: string, options = {}) => runProcess(process.execPath, ['-e', script], options);

test('returns the exit code and both outputs', async (t) => {
  t.deepEqual(await node('console.log("out"); console.error("err"); process.exitCode = 3'), {
    code: 3,
    stdout: 'out\n',
    stderr: 'err\n',
  });
});

test('reports lines as they arrive', async (t) => {
  const [lines, errors]: [string[], string[]] = [[], []];
  const ended = await node('console.log("one\\ntwo"); console.error("three")', {
    onLine: (line: string) => lines.push(line),
    onErrorLine: (line: string) => errors.push(line),
  });
  t.deepEqual([lines, errors, ended.stdout, ended.stderr], [['one', 'two'], ['three'], '', '']);
});

test('passes a text or a stream to standard input', async (t) => {
  const echo = 'process.stdin.pipe(process.stdout)';
  t.is((await node(echo, { input: 'text' })).stdout, 'text');
  t.is((await node(echo, { input: Readable.from(['a', 'b']) })).stdout, 'ab');
  t.is((await node(echo)).stdout, '');
});

test('returns the exit code of a program that does not read its input', async (t) => {
  const much = Readable.from(Array.from({ length: 100 }, () => 'x'.repeat(100_000)));
  t.is((await node('process.exit(5)', { input: much })).code, 5);
});

test('passes bytes on unchanged', async (t) => {
  const chunks: Buffer[] = [];
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  await node('process.stdout.write(Buffer.from([0, 255, 128]))', { output });
  t.deepEqual(Buffer.concat(chunks), Buffer.from([0, 255, 128]));
});

test('fails if the output cannot be written', async (t) => {
  const output = new Writable({
    write(_chunk, _encoding, done) {
      done(new Error('the disk is full'));
    },
  });
  await t.throwsAsync(node('process.stdout.write("x")', { output }), { message: 'the disk is full' });
});

test('each abort is one SIGINT', async (t) => {
  const [first, second] = [new AbortController(), new AbortController()];
  const script = `let count = 0;
    process.on('SIGINT', () => { console.log(++count); if (count === 2) process.exit(7); });
    console.log('ready'); setTimeout(() => {}, 10_000);`;
  const lines: string[] = [];
  const { code } = await node(script, {
    interrupts: [first.signal, second.signal],
    onLine: (line: string) => {
      lines.push(line);
      (lines.length === 1 ? first : second).abort();
    },
  });
  t.deepEqual([code, lines], [7, ['ready', '1', '2']]);
});

test('distinguishes a program that is not installed', async (t) => {
  await t.throwsAsync(runProcess('no-such-program-anywhere', []), { code: 'ENOENT' });
});

test('runs a program in its own process group, so that Ctrl-C does not reach it', async (t) => {
  t.is((await node('process.kill(-process.pid, 0)')).code, 0);
});
