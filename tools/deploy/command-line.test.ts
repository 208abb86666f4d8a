import test from 'ava';
import { parseCommandLine } from '../cli/command-line.mjs';
import { program } from './command-line.js';

const read = (...args: string[]) => parseCommandLine(program, args);

test('reads each command with its options', (t) => {
  t.deepEqual(read('plan', '--detailed-exitcode'), { command: 'plan', detailedExitcode: true });
  t.deepEqual(read('deploy'), { command: 'deploy', resetPassword: false });
  t.deepEqual(read('destroy', '--data', '-y'), { command: 'destroy', data: true, yes: true });
  t.deepEqual(read('status', '--json'), { command: 'status', json: true });
  t.deepEqual(read('logs', 'api', '-f', '--tail=5'), {
    command: 'logs',
    part: 'api',
    follow: true,
    tail: 5,
    run: undefined,
  });
  t.deepEqual(read('logs'), { command: 'logs', part: undefined, follow: false, tail: 100, run: undefined });
  t.deepEqual(read('backup'), { command: 'backup', folder: undefined });
  t.deepEqual(read('restore', 'there'), { command: 'restore', folder: 'there' });
});

test('rejects a restore without a folder', (t) => {
  t.throws(() => read('restore'), { message: 'Missing FOLDER' });
});
