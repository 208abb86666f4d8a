import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../../platform/settings/project.js';

interface CustomManager {
  readonly description: string;
  readonly managerFilePatterns: readonly string[];
  readonly matchStrings: readonly string[];
}

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8');
const { customManagers } = JSON.parse(read('renovate.json')) as { customManagers: CustomManager[] };
const filesWithVersions = ['infra/images.ts', '.ci/run'];

for (const { description, managerFilePatterns, matchStrings } of customManagers) {
  test(`Renovate finds the versions of: ${description}`, (t) => {
    const patterns = managerFilePatterns.map((pattern) => new RegExp(pattern.slice(1, -1)));
    const files = filesWithVersions.filter((file) => patterns.some((pattern) => pattern.test(file)));
    t.is(files.length, patterns.length);
    for (const file of files) for (const match of matchStrings) t.regex(read(file), new RegExp(match));
  });
}
