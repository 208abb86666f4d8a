import test from 'ava';
import { mergeJson } from './merge-json.js';

test('takes the changes of both sides, neighbouring ones too, and keeps sorted keys sorted', (t) => {
  const base = { name: 'atlas', scripts: { start: 'a', old: 'b' }, dependencies: { koa: '3.0.0', pg: '8.0.0' } };
  const ours = {
    name: 'shop',
    scripts: { start: 'a', old: 'b' },
    dependencies: { koa: '3.0.0', nodemailer: '7', pg: '8.0.0' },
  };
  const theirs = { name: 'atlas', scripts: { start: 'a2', bench: 'c' }, dependencies: { koa: '3.1.0', pg: '8.1.0' } };
  const { merged, kept } = mergeJson(base, ours, theirs);
  t.is(
    JSON.stringify(merged),
    JSON.stringify({
      name: 'shop',
      scripts: { start: 'a2', bench: 'c' },
      dependencies: { koa: '3.1.0', nodemailer: '7', pg: '8.1.0' },
    }),
  );
  t.deepEqual(kept, []);
});

test('keeps our value of what both sides changed, and names it', (t) => {
  const { merged, kept } = mergeJson({ a: { b: 1 }, c: [1] }, { a: { b: 2 }, c: [1, 2] }, { a: { b: 3 }, c: [1, 2] });
  t.deepEqual(merged, { a: { b: 2 }, c: [1, 2] });
  t.deepEqual(kept, ['a.b']);
});

test('leaves out what one side removed', (t) => {
  t.deepEqual(mergeJson({ a: 1, b: 2 }, { b: 2 }, { a: 1 }), { merged: {}, kept: [] });
});
