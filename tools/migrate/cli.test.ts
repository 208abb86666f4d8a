import test from 'ava';
import { parseCommand } from './cli.js';

const understood = [
  { line: 'up', command: { name: 'up' } },
  { line: 'down', command: { name: 'down' } },
  { line: 'down --to 202001010000-a', command: { name: 'down', to: '202001010000-a' } },
  { line: 'down --all', command: { name: 'down', all: true } },
  { line: 'status', command: { name: 'status', check: false } },
  { line: 'status --check', command: { name: 'status', check: true } },
  { line: '--help', command: { name: 'help' } },
  { line: 'up -h', command: { name: 'help' } },
] as const;
for (const { line, command } of understood) {
  test(`understands "${line}"`, (t) => {
    t.deepEqual(parseCommand(line.split(' ')), command);
  });
}

for (const line of [
  '',
  'sideways',
  'up now',
  'up --all',
  'up --check',
  'down --to',
  'down --to a --all',
  'up --fast',
]) {
  test(`refuses "${line}"`, (t) => {
    t.throws(() => parseCommand(line.split(' ').filter(Boolean)), { code: 'usage-fault' });
  });
}
