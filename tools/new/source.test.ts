import test from 'ava';
import { addModule, addProperty, readArgumentProperty, setArgumentProperty } from './source.js';

const code = 'other-form';

test('adds imports after the last import', (t) => {
  t.is(
    addModule("import a from 'a';\nconst b = 1;\n", "import c from 'c';"),
    "import a from 'a';\nimport c from 'c';\nconst b = 1;\n",
  );
  t.is(addModule('const b = 1;\n', "import c from 'c';"), "import c from 'c';\nconst b = 1;\n");
});

test('adds a property to an object, or to the object that a function returns', (t) => {
  t.is(addProperty('const a = {};', 'a', 'x'), 'const a = {x};');
  t.is(addProperty('const a = (_d: D) => ({ ...b(d) });', 'a', '...x'), 'const a = (_d: D) => ({ ...b(d), ...x });');
  t.is(
    addProperty('const a = (d: D): E => {\n  const f = 1;\n  return { f };\n};', 'a', 'x'),
    'const a = (d: D): E => {\n  const f = 1;\n  return { f, x };\n};',
  );
  t.throws(() => addProperty('const a = (d: D) => b(d);', 'a', 'x'), { code });
});

test('reads and sets a property of an argument', (t) => {
  const text = "x = define({ name: 'a', other: { name: 'b' } });";
  t.is(readArgumentProperty(text, 'define', 'name'), 'a');
  t.is(setArgumentProperty(text, 'define', 'name', "'c'"), "x = define({ name: 'c', other: { name: 'b' } });");
  t.throws(() => readArgumentProperty('x = define({ name });', 'define', 'name'), { code });
});
