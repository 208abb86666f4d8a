import { tmpdir } from 'node:os';
import test from 'ava';
import { runTool } from './run-tool.js';

const run = (program: string) => runTool(tmpdir(), process.execPath, '--eval', program);

test('returns nothing if the program exits with 0', async (t) => {
  t.deepEqual(await run('console.log("a")'), []);
});

test('returns the output of a program that fails', async (t) => {
  t.deepEqual(await run('console.log("a:1: b"); process.exitCode = 1'), ['a:1: b']);
});

test('names the signal that killed the program', async (t) => {
  const killed = `${process.execPath} was killed by SIGTERM`;
  t.deepEqual(await run('console.log("a"); process.kill(process.pid)'), ['a', killed]);
});

test('reports a program that is not installed', async (t) => {
  t.deepEqual(await runTool(tmpdir(), 'atlas-no-such-tool'), { notRun: 'atlas-no-such-tool is not installed' });
});
