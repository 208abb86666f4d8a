import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../../platform/settings/project.js';
import { configFile } from './config-file.js';

const folder = join(projectRoot, 'infra/files');
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

for (const file of files)
  test(`${file} is embedded without comments`, (t) => {
    t.notRegex(configFile(file), /^\s*(#|--)/m);
  });

test('keeps # within a line', (t) => {
  t.regex(configFile('temporal/schema.sh'), /\$\{database#temporal_\}/);
});
