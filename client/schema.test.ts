import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { projectRoot } from '../platform/settings/project.js';
import { matchesFile } from '../platform/testing/support/generated-file.js';

const run = promisify(execFile);
const read = (path: string) => readFile(join(projectRoot, path), 'utf8');
const generator = join(
  dirname(createRequire(import.meta.url).resolve('openapi-typescript/package.json')),
  'bin/cli.js',
);

test('schema.ts is what npm run generate:client writes', async (t) => {
  const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
  const [, ...args] = scripts['generate:client']?.split(' ') ?? [];
  const output = args.indexOf('--output');
  t.deepEqual(args.splice(output, 2), ['--output', 'client/schema.ts']);
  const { stdout } = await run(process.execPath, [generator, ...args], { cwd: projectRoot, maxBuffer: 10_000_000 });
  matchesFile(t, 'client/schema.ts', `${stdout.trimEnd()}\n`, 'npm run generate:client');
});
