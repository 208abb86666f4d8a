import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { endWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { projectRoot } from '../../platform/settings/project.js';
import { findUnpinnedActions } from './action-pins.js';
import { checkContract } from './contract.js';
import { findFocusedTests } from './focused-tests.js';
import { importRules } from './import-rules.js';
import { findWrongImports } from './imports.js';
import { checkLayout } from './layout.js';
import { findBrokenLinks } from './links.js';
import { type NotRun, runOptionalTool } from './optional-tool.js';

/** Returns one line per fault. */
type Check = () => readonly string[] | NotRun | Promise<readonly string[]>;

/** @param fix - the command that fixes the faults. @default - none */
const tool =
  (command: string, args: readonly string[], fix?: string): Check =>
  () => {
    const faults = runOptionalTool(projectRoot, 'npx', '--no-install', command, ...args);
    if ('notRun' in faults) return [faults.notRun];
    return faults.length > 0 && fix ? [...faults, `To fix formatting and order of imports, run ${fix}`] : faults;
  };

/** Files that git tracks or would track, without ignored ones. */
function filesLike(...patterns: readonly string[]): string[] {
  const options = ['--cached', '--others', '--exclude-standard', '--deduplicate', '-z'];
  const listed = execFileSync('git', ['ls-files', ...options, ...patterns], { cwd: projectRoot, encoding: 'utf8' });
  return listed.split('\0').filter((file) => file !== '' && existsSync(join(projectRoot, file)));
}

/** Top-level folders that contain sources. */
const sourceFolders = (): string[] => [...new Set(sources().map((file) => file.split('/')[0] ?? ''))];
const sources = () => filesLike('*/*.ts', '*/*.mjs');

const checks: Readonly<Record<string, Check>> = {
  'types (tsc)': tool('tsc', ['--project', '.']),
  'style (Biome)': tool('biome', ['ci', '--colors=off', '--error-on-warnings', '.'], 'npm run format'),
  'import rules (tools/checks/import-rules.ts)': async () =>
    (await findWrongImports(projectRoot, sourceFolders(), importRules)).map(
      ({ file, target, why }) => `${file} imports ${target}: ${why}`,
    ),
  'folder lists (tools/project-layout.ts)': () => checkLayout(projectRoot, sources()),
  'no focused tests': () => findFocusedTests(projectRoot, sources()),
  'breaking API changes (docs/openapi.json)': () => checkContract(join(projectRoot, 'docs')),
  'links in documents': () => findBrokenLinks(projectRoot, filesLike()),
  'GitHub actions pinned by commit': () =>
    findUnpinnedActions(projectRoot, filesLike('.github/*.yml', '.github/*.yaml')),
  'Dockerfile (hadolint)': () => runOptionalTool(projectRoot, 'hadolint', '--no-color', 'Dockerfile'),
  'GitHub workflows (actionlint)': () => {
    const workflows = filesLike('.github/workflows/*.yml', '.github/workflows/*.yaml');
    return workflows.length === 0 ? [] : runOptionalTool(projectRoot, 'actionlint', '-no-color', ...workflows);
  },
  'unused exports and dependencies (knip)': tool('knip', ['--no-progress']),
};

endWhenOutputCloses();
for (const [name, check] of Object.entries(checks)) {
  const faults = await check();
  if ('notRun' in faults) {
    process.stdout.write(`- ${name}: not run: ${faults.notRun}\n`);
    continue;
  }
  process.stdout.write(`${faults.length === 0 ? '✔' : '✘'} ${name}\n${faults.map((line) => `    ${line}\n`).join('')}`);
  if (faults.length > 0) process.exitCode = 1;
}
