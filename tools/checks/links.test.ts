import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { findBrokenLinks } from './links.js';

/** Checks a page in a repository with `README.md`, `docs/other.md` and an ignored folder. */
function check(t: ExecutionContext, text: string, page = 'docs/page.md'): string[] {
  const root = mkdtempSync(join(tmpdir(), 'atlas-links-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  for (const folder of ['docs', '.atlas']) mkdirSync(join(root, folder));
  writeFileSync(join(root, 'README.md'), '# Read me\n');
  writeFileSync(
    join(root, 'docs/other.md'),
    "# Other\n\n## What `npm start` does, and why: it's quick\n\n## Twice\n\n## Twice\n",
  );
  writeFileSync(join(root, page), text);
  return findBrokenLinks(root, ['README.md', 'docs/other.md', page]);
}

const good = [
  '[a](other.md)',
  '[a](other.md "a title")',
  '[a](../README.md) and [b](./other.md)',
  '[the folder](../docs)',
  '[from the root](/docs/other.md)',
  '[a](other.md#what-npm-start-does-and-why-its-quick)',
  '[the second](other.md#twice-1)',
  '[a](../docs%2Fother.md)',
  '[here](#page)\n\n# Page',
  '[here](#Mark)\n\n<a id="Mark"></a>',
  '[elsewhere](https://example.com/missing.md), [mail](mailto:a@example.com)',
  '`[code](missing.md)` and ``[`code`](missing.md)``',
  '```md\n[code](missing.md)\n```',
  '~~~\n```\n[code](missing.md)\n~~~',
  '[a]: other.md',
  '`docs/other.md`, `docs/`, and `application/json` and `elsewhere/page.md` of other repositories',
  '`.atlas/logs`',
  '```\n`docs/missing.md`\n```',
];
for (const text of good) {
  test(`accepts ${JSON.stringify(text)}`, (t) => t.deepEqual(check(t, text), []));
}

const broken: ReadonlyArray<readonly [text: string, fault: string]> = [
  ['[a](missing.md)', '1: missing.md does not exist'],
  ['\n![a](missing.png)', '2: missing.png does not exist'],
  ['[a](/other.md)', '1: /other.md does not exist'],
  ['[a](../../elsewhere.md)', '1: ../../elsewhere.md is outside the repository'],
  ['[a](other.md#missing)', '1: other.md#missing has no such heading'],
  ['[a](other.md#twice-2)', '1: other.md#twice-2 has no such heading'],
  ['[a](#missing)', '1: #missing has no such heading'],
  ['[a](#code)\n```sh\n# code\n```', '1: #code has no such heading'],
  ['```md\n```\n[a](missing.md)', '3: missing.md does not exist'],
  ['a `span`, [a](missing.md), a `span`', '1: missing.md does not exist'],
  ['[`code`](missing.md)', '1: missing.md does not exist'],
  ['[a](100%.md)', '1: 100%.md is not a valid URL'],
  ['see `docs/missing.md` there', '1: docs/missing.md does not exist'],
  ['see `docs/missing/` there', '1: docs/missing/ does not exist'],
  ['[a]: missing.md', '1: missing.md does not exist'],
];
for (const [text, fault] of broken) {
  test(`reports ${JSON.stringify(text)}`, (t) => t.deepEqual(check(t, text), [`docs/page.md:${fault}`]));
}

test('accepts former paths in the changelog', (t) => {
  t.deepEqual(check(t, '`docs/missing.md`', 'CHANGELOG.md'), []);
});

test('fails without Markdown files', (t) => {
  t.throws(() => findBrokenLinks(tmpdir(), ['a.ts']), { message: /Found no Markdown files/ });
});
