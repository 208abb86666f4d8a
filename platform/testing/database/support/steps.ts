import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';

/** Writes a folder of migrations. Each file contains SQL for `up` (`down` does nothing), or a whole module. */
export async function writeSteps(
  t: ExecutionContext,
  steps: Readonly<Record<string, string | { readonly module: string }>>,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'migrations-'));
  t.teardown(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
  for (const [file, step] of Object.entries(steps))
    await writeFile(join(directory, file), typeof step === 'string' ? moduleOf(step) : step.module);
  return directory;
}

const moduleOf = (sql: string): string =>
  `export const up = ({ context }) => context.sql(${JSON.stringify(sql)});\nexport const down = async () => {};\n`;
