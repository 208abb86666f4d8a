import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folders with migrations; the steps of all of them are applied in the order of their names. */
export type MigrationFolders = readonly [string, ...string[]];

/** The platform's own migrations: beside this folder in the sources and, compiled, in the output. */
export const platformMigrations: MigrationFolders = [fileURLToPath(new URL('../migrations', import.meta.url))];

/** The platform's migrations and the product's. @param here - `import.meta.url` of a file in the product's folder */
export const withPlatformMigrations = (here: string): MigrationFolders => [
  ...platformMigrations,
  fileURLToPath(new URL('.', here)),
];

/** A migration file. `name` has no extension, so that a source file and its compiled file are the same step. */
export interface MigrationFile {
  readonly name: string;
  readonly path: string;
}

/** `YYYYMMDDHHMM-name`. The name has no dot, which excludes declarations (`.d.ts`), source maps and tests. */
const stepFile = /^(\d{12}-[a-z0-9-]+)\.(?:ts|js)$/;

/**
 * The steps in the folders, oldest first. Ignores files with other names.
 * @throws a folder cannot be read, or two files are the same step
 */
export function listMigrations(folders: MigrationFolders): readonly MigrationFile[] {
  const steps = new Map<string, string>();
  for (const path of folders.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))) {
    const name = stepFile.exec(basename(path))?.[1];
    if (name === undefined) continue;
    const other = steps.get(name);
    if (other !== undefined) throw new Error(`${other} and ${path} are the same migration: rename one of them`);
    steps.set(name, path);
  }
  return [...steps].map(([name, path]) => ({ name, path })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
