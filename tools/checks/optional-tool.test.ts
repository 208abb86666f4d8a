import { tmpdir } from 'node:os';
import test from 'ava';
import { runOptionalTool } from './optional-tool.js';

const run = (program: string) => runOptionalTool(tmpdir(), process.execPath, '--eval', program);

test('returns nothing if the program exits with 0', (t) => {
  t.deepEqual(run('console.log("a")'), []);
});

test('returns the output of a program that fails', (t) => {
  t.deepEqual(run('console.log("a:1: b"); process.exitCode = 1'), ['a:1: b']);
});

test('reports a program that is not installed', (t) => {
  t.deepEqual(runOptionalTool(tmpdir(), 'atlas-no-such-tool'), { notRun: 'atlas-no-such-tool is not installed' });
});
