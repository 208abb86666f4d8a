import test from 'ava';
import { type GroupOptions, inGroups } from './in-groups.js';

const options: GroupOptions<string> = {
  atATime: 1,
  largest: 3,
  heaviest: 100,
  weightOf: (item) => item.length,
  nameOf: (item) => (item.startsWith('=') ? item : undefined),
  isOnesFault: (error) => (error as Error).message === 'one of them',
};

/** A write that is over when it is told to, and what was written so far. */
function recorded(overrides: Partial<GroupOptions<string>> = {}, fail: (group: readonly string[]) => void = () => {}) {
  const groups: (readonly string[])[] = [];
  const submit = inGroups(
    async (items: readonly string[]) => {
      groups.push(items);
      await Promise.resolve();
      fail(items);
      return items.map((item) => item.toUpperCase());
    },
    { ...options, ...overrides },
  );
  return { groups, submit };
}

test('one that comes alone is written at once, those that come meanwhile as groups', async (t) => {
  const { groups, submit } = recorded();
  t.deepEqual(await Promise.all(['a', 'b', 'c', 'd', 'e'].map(submit)), ['A', 'B', 'C', 'D', 'E']);
  t.deepEqual(groups, [['a'], ['b', 'c', 'd'], ['e']]);
});

test('two of the same name do not go together', async (t) => {
  const { groups, submit } = recorded();
  await Promise.all(['a', '=x', '=x', 'b'].map(submit));
  t.deepEqual(groups, [['a'], ['=x', 'b'], ['=x']]);
});

test('what is too heavy goes alone', async (t) => {
  const { groups, submit } = recorded({ heaviest: 5 });
  await Promise.all(['a', 'bb', 'cccc', 'dddddddd', 'e'].map(submit));
  t.deepEqual(groups, [['a'], ['bb', 'e'], ['cccc'], ['dddddddd']]);
});

test('a group with a fault of one of them is written one by one', async (t) => {
  const { groups, submit } = recorded({}, (group) => {
    if (group.includes('bad')) throw new Error('one of them');
  });
  const results = await Promise.allSettled(['a', 'b', 'bad', 'c'].map(submit));
  t.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  );
  t.deepEqual(groups, [['a'], ['b', 'bad', 'c'], ['b'], ['bad'], ['c']]);
});

test('a failure of the way fails the whole group, and those after it are tried', async (t) => {
  let away = true;
  const { submit } = recorded({}, (group) => {
    if (group.includes('b') && away) throw new Error('away');
  });
  const results = await Promise.allSettled(['a', 'b', 'c'].map(submit));
  t.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected'],
  );
  away = false;
  t.is(await submit('b'), 'B');
});
