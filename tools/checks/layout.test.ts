import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { projectRoot } from '../../platform/settings/project.js';
import { checkLayout } from './layout.js';

const sources = [
  'api/main.ts',
  'billing/invoice.ts',
  'platform/api/app.ts',
  'tools/keys/main.ts',
  'tools/start/main.ts',
];
const lists = ['.dockerignore', 'Dockerfile', 'README.md', 'package.json', 'tsconfig.build.json'];

/** Checks a project with these sources and this repository's lists, after `change` has edited one of them. */
function check(t: ExecutionContext, list = 'README.md', change = (text: string) => text): string[] {
  const root = mkdtempSync(join(tmpdir(), 'atlas-layout-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  for (const file of lists) copyFileSync(join(projectRoot, file), join(root, file));
  for (const file of sources) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '');
  }
  const text = readFileSync(join(root, list), 'utf8');
  const changed = change(text);
  if (list !== 'README.md' || changed !== text) t.not(changed, text);
  writeFileSync(join(root, list), changed);
  return checkLayout(root, sources);
}

test('a new folder of the product needs no entry in any list', (t) => {
  t.deepEqual(check(t), []);
});

const planted: Record<string, [list: string, change: (text: string) => string, fault: RegExp]> = {
  'a folder of the app that the image lacks': [
    '.dockerignore',
    (text) => `${text}billing\n`,
    /excludes billing\/invoice\.ts/,
  ],
  'a tool that the image does not need': [
    '.dockerignore',
    (text) => `${text}!tools/start\n`,
    /does not exclude tools\/start/,
  ],
  'a tool that the image needs': ['.dockerignore', (text) => text.replace('!tools/keys\n', ''), /excludes tools\/keys/],
  'a folder that the build must not compile': [
    'tsconfig.build.json',
    (text) => text.replace('"infra",', ''),
    /tsconfig\.build\.json, exclude: infra/,
  ],
  'a folder of the app that coverage leaves out': [
    'package.json',
    (text) => text.replace('"docs/**"', '"docs/**", "billing/**"'),
    /c8\.exclude: remove billing/,
  ],
  'a folder that the README does not describe': [
    'README.md',
    (text) => text.replaceAll('`platform/`', 'the platform'),
    /README\.md: describe `platform\/`/,
  ],
};
for (const [what, [list, change, fault]] of Object.entries(planted)) {
  test(`finds ${what}`, (t) => {
    const faults = check(t, list, change);
    t.is(faults.length, 1, faults.join('\n'));
    t.regex(faults[0] ?? '', fault);
  });
}
