import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The program's own steps: beside this folder in the sources and, compiled, in the output. */
export const migrationsDirectory: string = fileURLToPath(new URL('../../migrations', import.meta.url));

/** A step as it lies in the folder. `name` has no extension, so that a source and what it compiles to are the same step. */
export interface MigrationFile {
  readonly name: string;
  readonly path: string;
}

/** `YYYYMMDDHHMM-name`; no further dot, which leaves out declarations (`.d.ts`), source maps and tests. */
const stepFile = /^(\d{12}-[a-z0-9-]+)\.(?:ts|js)$/;

/**
 * The steps in a folder, oldest first. Files whose names do not look like a step's are none.
 * @throws the folder cannot be read, or a step is there both as source and compiled
 */
export function listMigrations(directory: string = migrationsDirectory): readonly MigrationFile[] {
  const steps = new Map<string, string>();
  for (const file of readdirSync(directory).sort()) {
    const name = stepFile.exec(file)?.[1];
    if (name === undefined) continue;
    if (steps.has(name)) throw new Error(`Two files in ${directory} are the migration ${name}`);
    steps.set(name, join(directory, file));
  }
  return [...steps].map(([name, path]) => ({ name, path }));
}
