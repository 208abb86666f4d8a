import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, posix, relative, sep } from 'node:path';
import { parseSync } from 'oxc-parser';
import type { ImportRule } from './import-rules.js';

export interface WrongImport {
  /** Path from the root, with slashes. */
  readonly file: string;
  readonly specifier: string;
  readonly why: string;
}

interface FoundImport {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

/**
 * Reads the imports of `files` (paths below `root`) and holds them against the rules of their folders. Tests beside the code may
 * import everything.
 * @throws when there is no file to read, or a folder has no rule: a check that looks at nothing must not pass
 */
export function findWrongImports(
  root: string,
  files: readonly string[],
  rules: Readonly<Record<string, ImportRule>>,
): WrongImport[] {
  const checked = files.filter((file) => !/\.test\.ts$/.test(file));
  if (checked.length === 0) throw new Error(`The check of imports read no files below ${root}`);
  return checked.flatMap((path) => {
    const file = path.split(sep).join(posix.sep);
    const folder = file.split('/')[0] ?? '';
    const rule = rules[folder];
    if (!rule)
      return [{ file, specifier: '', why: `the folder ${folder} has no rule in tools/checks/import-rules.ts` }];
    return importsOf(join(root, path)).flatMap((found) => {
      const why = whyNot(found, file, folder, rule);
      return why === undefined ? [] : [{ file, specifier: found.specifier, why }];
    });
  });
}

function whyNot(
  { specifier, typeOnly }: FoundImport,
  file: string,
  folder: string,
  rule: ImportRule,
): string | undefined {
  if (!specifier.startsWith('.')) return whyNotOutside(specifier, typeOnly, folder, rule);
  const target = posix.join(posix.dirname(file), specifier);
  const within = (allowed: string) => allowed === '*' || target === allowed || target.startsWith(`${allowed}/`);
  if (within(folder) || rule.values.some(within)) return undefined;
  if (rule.types?.some(within)) return typeOnly ? undefined : `${folder} may import types only from ${target}`;
  return `${folder} must not import ${target}`;
}

function whyNotOutside(
  specifier: string,
  typeOnly: boolean,
  folder: string,
  { outside }: ImportRule,
): string | undefined {
  if (!outside) return undefined;
  if (isBuiltin(specifier)) return `${folder} must not import Node's built-in modules`;
  if (outside.packages.includes(specifier) || (typeOnly && outside.types.includes(specifier))) return undefined;
  return `${folder} may not import the package ${specifier}`;
}

function importsOf(path: string): FoundImport[] {
  const source = readFileSync(path, 'utf8');
  const { module, errors } = parseSync(relative(dirname(path), path), source);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  const imports = module.staticImports.map(({ moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    typeOnly: entries.length > 0 && entries.every(({ isType }) => isType),
  }));
  const exports = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest, isType }) =>
      moduleRequest ? [{ specifier: moduleRequest.value, typeOnly: isType }] : [],
    ),
  );
  const dynamic = module.dynamicImports.map(({ moduleRequest }) => ({
    specifier: source.slice(moduleRequest.start, moduleRequest.end).replace(/^['"`]|['"`]$/g, ''),
    typeOnly: false,
  }));
  return [...imports, ...exports, ...dynamic];
}
