import test from 'ava';
import { readArgs } from './args.mjs';

const options = { once: false, ephemeral: false, watch: false };

test('without options everything is started and stays', (t) => {
  t.deepEqual(readArgs([]), { kind: 'run', options });
});

test('options are read', (t) => {
  t.deepEqual(readArgs(['--once', '--ephemeral']), {
    kind: 'run',
    options: { ...options, once: true, ephemeral: true },
  });
  t.deepEqual(readArgs(['--watch']), { kind: 'run', options: { ...options, watch: true } });
  t.deepEqual(readArgs(['--help']), { kind: 'help' });
  t.deepEqual(readArgs(['-h']), { kind: 'help' });
});

test('what is not an option is named', (t) => {
  for (const word of ['--onse', 'once']) {
    const request = readArgs([word]);
    t.is(request.kind, 'wrong');
    t.true(request.kind === 'wrong' && request.message.includes(word));
  }
});

test('--once and --watch exclude each other', (t) => {
  t.is(readArgs(['--once', '--watch']).kind, 'wrong');
});
