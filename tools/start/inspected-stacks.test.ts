import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';

const program = `interface Erased {
  readonly member: string;
}

class OwnError extends Error {}
// As Temporal's SDK in debug mode.
Error.prepareStackTrace = (error, frames) => [String(error), ...frames.map((frame) => '    at ' + frame)].join('\\n');
console.log(new OwnError().stack);
Error.prepareStackTrace = (_, frames) => frames;
console.log(Array.isArray(new Error().stack));
`;

test('stacks show the lines of the sources, whatever prepares them', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-test-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'program.mts');
  writeFileSync(file, program);
  const preloads = [import.meta.resolve('./inspected-stacks.mjs'), import.meta.resolve('tsx')];
  const output = execFileSync(process.execPath, [...preloads.flatMap((it) => ['--import', it]), file], {
    encoding: 'utf8',
  });
  t.regex(output, /program\.mts:8:13/);
  t.regex(output, /^true$/m);
});
