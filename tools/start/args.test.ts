import test from 'ava';
import { parseCommandLine } from '../cli/command-line.mjs';
import { program } from './args.mjs';

test('reads the options', (t) => {
  t.deepEqual(parseCommandLine(program, []), { once: false, ephemeral: false, watch: false, inspect: false });
  t.deepEqual(parseCommandLine(program, ['--once', '--ephemeral']), {
    once: true,
    ephemeral: true,
    watch: false,
    inspect: false,
  });
});

test('rejects --once with --watch', (t) => {
  t.throws(() => parseCommandLine(program, ['--watch', '--once']), {
    message: '--once and --watch exclude each other',
  });
});
