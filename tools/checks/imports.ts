import { join } from 'node:path';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { projectLayout } from '../project-layout.js';
import { type ImportRule, platformSurface } from './import-rules.js';

export interface WrongImport {
  readonly file: string;
  readonly target: string;
  readonly why: string;
}

/**
 * Finds imports, type imports too, that break the rules, form a cycle or cannot be resolved. Unit tests may import everything.
 * @param folders - top-level folders
 * @throws the folders contain no source file
 */
export async function findWrongImports(
  root: string,
  folders: readonly string[],
  given: Readonly<Record<string, ImportRule>>,
): Promise<WrongImport[]> {
  const rules = withDefaults(folders, given);
  const { output } = await cruise(
    [...folders],
    {
      baseDir: root,
      validate: true,
      ruleSet: { forbidden: [...general, ...Object.keys(rules).flatMap((folder) => forbidden(folder, rules))] },
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
      exclude: { path: '^product-workflows$' },
      enhancedResolveOptions: {
        exportsFields: ['exports'],
        conditionNames: ['import', 'require', 'node', 'default', 'types'],
      },
    },
    undefined,
    { tsConfig: extractTsConfig(join(root, 'tsconfig.json')) },
  );
  const { summary } = output as ICruiseResult;
  if (summary.totalCruised === 0) throw new Error(`Found no source files below ${root}`);
  // A module may import its own type.
  const found = summary.violations.filter(({ from, to }) => from !== to);
  return found.map(({ from, to, rule, cycle }) => ({
    file: from,
    target: to,
    why: cycle ? `cycle: ${[from, ...cycle.map(({ name }) => name)].join(' > ')}` : rule.name,
  }));
}

/** A folder without a rule belongs to the product: it may import other product folders and the platform's public modules. */
function withDefaults(folders: readonly string[], rules: Readonly<Record<string, ImportRule>>) {
  const product = {
    values: [...platformSurface, ...projectLayout.product, ...folders.filter((folder) => !(folder in rules))],
  };
  return Object.fromEntries([...folders.map((folder) => [folder, product]), ...Object.entries(rules)]);
}

const tests = '\\.test\\.ts$';

const general: IForbiddenRuleType[] = [
  { name: 'cycle', severity: 'error', from: {}, to: { circular: true } },
  { name: 'cannot be resolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
];

/** The most specific key applies: the rule of a folder excludes keys below the folder. */
function forbidden(folder: string, rules: Readonly<Record<string, ImportRule>>): IForbiddenRuleType[] {
  const rule = rules[folder];
  if (!rule || rule.values.includes('*')) return [];
  const below = Object.keys(rules).filter((other) => other !== folder && isBelow(other, folder));
  const from = { path: pattern([folder]), pathNot: [tests, ...below.map((other) => pattern([other]))] };
  const { values, types = [], packages } = rule;
  const own = { severity: 'error' as const, from };
  const notAllowed: IForbiddenRuleType = {
    ...own,
    name: `${folder} must not import this`,
    to: {
      pathNot: [pattern([folder, ...values, ...types]), '(^|/)node_modules/'],
      dependencyTypesNot: ['core', 'unknown'],
    },
  };
  const onlyTypes: IForbiddenRuleType = {
    ...own,
    name: `${folder} may import only types from this`,
    to: { path: pattern(types), pathNot: pattern([folder, ...values]), dependencyTypesNot: ['type-only'] },
  };
  const rulesOfPackages: IForbiddenRuleType[] = [
    { ...own, name: `${folder} must not import Node's built-in modules`, to: { dependencyTypes: ['core'] } },
    {
      ...own,
      name: `${folder} must not import this package`,
      to: { path: '(^|/)node_modules/', pathNot: (packages ?? []).map((name) => `(^|/)node_modules/${name}/`) },
    },
  ];
  return [notAllowed, ...(types.length > 0 ? [onlyTypes] : []), ...(packages ? rulesOfPackages : [])];
}

const isBelow = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);

/** Matches these modules and all files of these folders. */
const pattern = (paths: readonly string[]): string =>
  `^(${paths.map((path) => (/\.\w+$/.test(path) ? `${path.replaceAll('.', '\\.')}$` : `${path}/`)).join('|')})`;
