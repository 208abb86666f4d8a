import test from 'ava';
import { addElement, addModule, addProperty, readArgumentProperty, setArgumentProperty } from './source.js';

const code = 'other-form';

test('adds imports after the last import, and re-exports after the last re-export', (t) => {
  t.is(
    addModule("import a from 'a';\nconst b = 1;\n", "import c from 'c';"),
    "import a from 'a';\nimport c from 'c';\nconst b = 1;\n",
  );
  t.is(addModule('const b = 1;\n', "import c from 'c';"), "import c from 'c';\nconst b = 1;\n");
  t.is(
    addModule("import a from 'a';\n\nexport { b } from 'b';\n\ntype C = 1;\n", "export { d } from 'd';"),
    "import a from 'a';\n\nexport { b } from 'b';\nexport { d } from 'd';\n\ntype C = 1;\n",
  );
  t.is(
    addModule("import a from 'a';\n\ntype C = 1;\n", "export { d } from 'd';"),
    "import a from 'a';\n\nexport { d } from 'd';\n\ntype C = 1;\n",
  );
});

test('adds an element to a list of any form', (t) => {
  t.is(
    addElement('const a = [] as const satisfies readonly B[];', 'a', 'x'),
    'const a = [x] as const satisfies readonly B[];',
  );
  t.is(addElement('export const a: B[] = [y];', 'a', 'x'), 'export const a: B[] = [y, x];');
  t.is(addElement('const a = [\n  y, // why\n  z,\n];', 'a', 'x'), 'const a = [\n  y, // why\n  z,x\n];');
  t.throws(() => addElement('const b = [];', 'a', 'x'), { code, message: 'found no list named a' });
  t.throws(() => addElement('const a = list();', 'a', 'x'), { code });
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
