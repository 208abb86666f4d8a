import test from 'ava';
import { createRounds } from './rounds.js';

test('handles the newest item of each key, and what is added meanwhile in the next round', async (t) => {
  const handled: [string, number][][] = [];
  const rounds = createRounds<number>(async (items) => {
    handled.push([...items]);
    if (handled.length === 1) rounds.add('c', 4);
  });
  rounds.add('a', 1);
  rounds.add('b', 2);
  rounds.add('a', 3);
  t.is(rounds.size, 2);
  await rounds.done();
  t.deepEqual(handled, [
    [
      ['a', 3],
      ['b', 2],
    ],
    [['c', 4]],
  ]);
});

test('handles an item that is added when the last round has just ended', async (t) => {
  const handled: string[] = [];
  const rounds = createRounds<number>(async (items) => void handled.push(...items.keys()));
  rounds.add('a', 1);
  await rounds.done().then(() => rounds.add('b', 2));
  await rounds.done();
  t.deepEqual(handled, ['a', 'b']);
});
