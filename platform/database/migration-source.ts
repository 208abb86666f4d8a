import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { QueryTypes, type Sequelize } from 'sequelize';
import { readTextFile } from '../settings/text-file.js';
import { appliedSteps } from './applied-steps.js';
import type { MigrationFile } from './migration-files.js';

/** An applied step whose source was recorded and differs from its file, or that has no file. */
export interface OutdatedStep {
  readonly name: string;
  readonly state: 'changed' | 'unknown';
  /** The source that was applied. `undefined`: the step was applied by a compiled program or an older version. */
  readonly source: string | undefined;
}

/**
 * The source to record with a step, so that `redo` can revert the applied version after the file has changed. Compiled steps have none,
 * because another compiler can write them differently: a deployed database records and compares nothing.
 */
export const sourceOf = ({ path }: MigrationFile): string | undefined =>
  path.endsWith('.ts') ? readTextFile(path) : undefined;

/** A string, which counts as it is, or something that does not: a comment, space, or what a formatter adds. */
const token =
  /'((?:\\.|[^'\\\n])*)'|"((?:\\.|[^"\\\n])*)"|(`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\/|\s+|;|,(?=\s*[)\]}])/g;

/** What a step does, without comments, layout, and the choice of quotes and line ends. */
export const essenceOf = (source: string): string =>
  source.replace(/\r\n?/g, '\n').replace(token, (_, single?: string, double?: string, template?: string) => {
    const text = single ?? double;
    return text === undefined ? (template ?? '') : `'${text}'`;
  });

/** The steps that are applied otherwise than the files say, in the order of their names. Changes nothing. */
export async function outdatedSteps(sequelize: Sequelize, files: readonly MigrationFile[]): Promise<OutdatedStep[]> {
  const paths = new Map(files.map((file) => [file.name, file]));
  const sources = await recordedSources(sequelize);
  return (await appliedSteps(sequelize)).flatMap(({ name }): OutdatedStep[] => {
    const file = paths.get(name);
    const source = sources.get(name);
    if (!file) return [{ name, source, state: 'unknown' }];
    const now = source === undefined ? undefined : sourceOf(file);
    const isSame = source === undefined || now === undefined || essenceOf(now) === essenceOf(source);
    return isSame ? [] : [{ name, source, state: 'changed' }];
  });
}

async function recordedSources(sequelize: Sequelize): Promise<ReadonlyMap<string, string>> {
  const [table] = await sequelize.query<{ exists: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_attribute
       WHERE attrelid = to_regclass('schema_migrations') AND attname = 'source' AND NOT attisdropped) AS exists`,
    { type: QueryTypes.SELECT },
  );
  if (!table?.exists) return new Map();
  const rows = await sequelize.query<{ name: string; source: string }>(
    'SELECT name, source FROM schema_migrations WHERE source IS NOT NULL',
    { type: QueryTypes.SELECT },
  );
  return new Map(rows.map(({ name, source }) => [name, source]));
}

/**
 * Writes recorded sources to hidden files beside the steps, so that their imports resolve.
 * @param folder - for steps without a file
 */
export function writeSources(
  steps: readonly OutdatedStep[],
  files: readonly MigrationFile[],
  folder: string,
): { readonly files: readonly MigrationFile[]; remove(): void } {
  const written = steps.flatMap(({ name, source }) => {
    if (source === undefined) return [];
    const beside = files.find((file) => file.name === name)?.path;
    const path = join(beside ? dirname(beside) : folder, `.${name}.applied-${process.pid}.ts`);
    writeFileSync(path, source);
    return [{ name, path }];
  });
  return {
    files: written,
    remove() {
      for (const { path } of written) rmSync(path, { force: true });
    },
  };
}
