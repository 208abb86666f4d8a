import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'jsonc-parser';
import { projectRoot } from '../../platform/settings/project.js';

test('typescript.tsdk in .vscode/settings.json contains a language server', (t) => {
  const settings = parse(readFileSync(join(projectRoot, '.vscode/settings.json'), 'utf8')) as Record<string, string>;
  t.true(existsSync(join(projectRoot, settings['typescript.tsdk'] ?? '', 'tsserver.js')));
});
