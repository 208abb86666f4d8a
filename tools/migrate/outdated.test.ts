import test from 'ava';
import { describeOutdated } from './outdated.js';

test('names the migration and the command that mends it, in one line each', (t) => {
  const [changed, unknown, old] = describeOutdated([
    { name: '202001010001-a', state: 'changed', source: '' },
    { name: '202001010002-b', state: 'unknown', source: '' },
    { name: '202001010003-c', state: 'unknown', source: undefined },
  ]);
  t.regex(changed ?? '', /^Migration 202001010001-a changed after it was applied: run npm run migrate -- redo\b.*$/);
  t.regex(unknown ?? '', /^Migration 202001010002-b is applied, but has no file here: .* run npm run migrate -- redo/);
  t.regex(old ?? '', /has no file here: check out the branch or version that has it or rename it back$/);
});
