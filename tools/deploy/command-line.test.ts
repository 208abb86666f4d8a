import test from 'ava';
import { readCommandLine, WrongUsage } from './command-line.js';

test('each command is read with its options', (t) => {
  t.deepEqual(readCommandLine(['plan', '--detailed-exitcode']), { command: 'plan', detailedExitcode: true });
  t.deepEqual(readCommandLine(['deploy']), { command: 'deploy', resetPassword: false });
  t.deepEqual(readCommandLine(['destroy', '--data', '-y']), { command: 'destroy', data: true, yes: true });
  t.deepEqual(readCommandLine(['status', '--json']), { command: 'status', json: true });
  t.deepEqual(readCommandLine(['logs', 'api', '-f', '--tail=5']), {
    command: 'logs',
    part: 'api',
    follow: true,
    tail: 5,
  });
  t.deepEqual(readCommandLine(['logs']), { command: 'logs', part: undefined, follow: false, tail: 100 });
  t.deepEqual(readCommandLine(['backup']), { command: 'backup', folder: undefined });
  t.deepEqual(readCommandLine(['restore', 'there']), { command: 'restore', folder: 'there' });
});

for (const args of [[], ['--help'], ['deploy', '--help'], ['restore', '-h']])
  test(`help is what ${JSON.stringify(args)} asks for`, (t) => {
    t.deepEqual(readCommandLine(args), { command: 'help' });
  });

const wrong: readonly [readonly string[], RegExp][] = [
  [['deplyo'], /There is no command deplyo; did you mean deploy\?/],
  [['deploy', 'dev'], /deploy does not take dev/],
  [['destroy', '--dta'], /destroy: Unknown option '--dta'/],
  [['logs', 'api', 'worker'], /logs does not take worker/],
  [['logs', '--tail=many'], /--tail is a number of lines, not many/],
  [['restore'], /restore: say which folder/],
];
for (const [args, message] of wrong)
  test(`${args.join(' ')} is refused, and why`, (t) => {
    t.throws(() => readCommandLine(args), { instanceOf: WrongUsage, message });
  });
