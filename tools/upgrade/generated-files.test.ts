import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../../platform/settings/project.js';
import { generated } from './initialised-tree.js';

test('.gitattributes marks no file as generated that an upgrade would merge', (t) => {
  const lines = readFileSync(join(projectRoot, '.gitattributes'), 'utf8').split('\n');
  const marked = lines.flatMap((line) => /^\/(\S+) linguist-generated$/.exec(line)?.[1] ?? []);
  t.true(marked.length > 3);
  // An upgrade writes the lock itself.
  const merged = marked.filter((path) => path !== 'package-lock.json' && !generated.some((own) => covers(own, path)));
  t.deepEqual(merged, []);
});

const covers = (own: string, path: string): boolean => path === `${own}/**` || own === path || matchesStar(path, own);

const matchesStar = (pattern: string, path: string): boolean =>
  path.startsWith(pattern.split('*')[0] ?? '') && path.endsWith(pattern.split('*')[1] ?? ' ');
