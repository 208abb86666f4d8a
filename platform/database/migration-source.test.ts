import test from 'ava';
import { essenceOf } from './migration-source.js';

const step = `import type { MigrationStep } from '../platform/database/migration-step.js';

export const up: MigrationStep = ({ context }) =>
  context.sql(\`
    CREATE TABLE a (url text DEFAULT 'http://b', -- the address
      id uuid)\`, ['x', 'y']);
`;
const isSame = (other: string) => essenceOf(other) === essenceOf(step);

test('comments, layout, line ends and quotes do not change a step', (t) => {
  t.true(isSame(`// why\n${step}`));
  t.true(isSame(step.replace('up:', 'up /* forward\n */ :')));
  t.true(isSame(step.replaceAll('\n', '\r\n')));
  t.true(isSame(step.replace("['x', 'y']", '[\n"x",\n"y",\n]')));
  t.true(isSame(step.replaceAll(/;$/gm, '')));
});

test('a change of a statement, also behind what looks like a comment, changes a step', (t) => {
  t.false(isSame(step.replace('http://b', 'http://c')));
  t.false(isSame(step.replace('id uuid', 'id uuid NOT NULL')));
  t.false(isSame(step.replace("'x', 'y'", "'x y'")));
  t.false(isSame(step.replace('export const up', 'export const down')));
});
