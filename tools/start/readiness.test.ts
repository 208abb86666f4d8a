import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { compiledSources, projectRoot } from '../../platform/settings/project.js';
import { logEnd } from './readiness.js';

test('the end of a log names sources, not what they were compiled to', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-test-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'worker.log');
  const compiled = join(compiledSources, 'worker/main.js');
  writeFileSync(
    file,
    `${pathToFileURL(compiled)}:3\nCannot find module '${compiled}' imported from /elsewhere/main.js\n`,
  );
  const source = join(projectRoot, 'worker/main.ts');
  t.is(
    logEnd(file),
    ` The end of its log ${file}:
  | ${pathToFileURL(source)}:3
  | Cannot find module '${source}' imported from /elsewhere/main.js`,
  );
});
