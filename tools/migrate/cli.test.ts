import test from 'ava';
import { parseCommandLine } from '../cli/command-line.mjs';
import { program } from './cli.js';

test('reads each command', (t) => {
  t.deepEqual(parseCommandLine(program, ['up']), { command: 'up' });
  t.deepEqual(parseCommandLine(program, ['down', '--to', 'a']), { command: 'down', to: 'a', all: false });
  t.deepEqual(parseCommandLine(program, ['down', '--all']), { command: 'down', to: undefined, all: true });
  t.deepEqual(parseCommandLine(program, ['status', '--check']), { command: 'status', check: true });
});

test('rejects --to with --all', (t) => {
  t.throws(() => parseCommandLine(program, ['down', '--to', 'a', '--all']), { code: 'usage-error' });
});
