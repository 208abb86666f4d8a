import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../../settings/project.js';
import { differenceOf, faultOf } from './generated-file.js';

const folder = mkdtempSync(join(tmpdir(), 'atlas-difference-'));
const file = join(folder, 'file.json');
test.after.always(() => rmSync(folder, { recursive: true }));
const linesFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => `line ${first + index}\n`).join('');
writeFileSync(file, linesFrom(1, 100));

test('shows the changed lines and two around them', (t) => {
  const text = linesFrom(1, 100).replace('line 50', 'changed');
  t.is(
    differenceOf(file, text),
    '@@ -48,5 +48,5 @@ line 47\n line 48\n line 49\n-line 50\n+changed\n line 51\n line 52',
  );
});

test('shortens long differences', (t) => {
  const lines = differenceOf(file, 'x'.repeat(1_000)).split('\n');
  t.is(lines.length, 61);
  t.is(lines.at(-1), '… 43 more lines');
});

test('names the file and the command', (t) => {
  const fault = faultOf('package.json', '{}\n', 'npm run generate') ?? '';
  t.regex(fault, /^package\.json is not what the code gives\. To accept the change, run npm run generate, /);
  t.regex(fault, /^-.*"name": /m);
  t.is(faultOf('docs/none.md', '', 'npm run generate'), 'docs/none.md is missing. To create it, run npm run generate');
  t.is(faultOf('package.json', readFileSync(join(projectRoot, 'package.json'), 'utf8'), 'npm run generate'), undefined);
});
