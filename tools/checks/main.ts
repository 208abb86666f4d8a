import { join } from 'node:path';
import { endWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { projectRoot } from '../../platform/settings/project.js';
import { runProgram } from '../cli/command-line.mjs';
import type { Program } from '../cli/program.js';
import { findUnpinnedActions } from './action-pins.js';
import { checkContract } from './contract.js';
import { findFaultyModules } from './faulty-modules.js';
import { findFocusedTests } from './focused-tests.js';
import { importRules } from './import-rules.js';
import { findWrongImports } from './imports.js';
import { checkLayout } from './layout.js';
import { findBrokenLinks } from './links.js';
import { repositoryFiles } from './repository-files.js';
import { type Check, runChecks } from './run-checks.js';
import { runTool } from './run-tool.js';

const program = {
  call: 'npm run check --',
  summary: 'Checks types, style, import rules, the contract, links and unused code. Changes nothing.',
  notes: 'Exit codes: 0 no faults, 1 faults, 64 wrong command line',
} as const satisfies Program;

/** One program beside the checks of this process: more only compete for the processors. */
const concurrency = 2;
/** What tsc knows of unchanged files, in a folder that npm ci removes. */
const typesCache = 'node_modules/.cache/atlas/tsc.json';

const npmTool = (command: string, ...args: readonly string[]) =>
  runTool(projectRoot, 'npx', '--no-install', command, ...args);

function checksOf(files: readonly string[]): Readonly<Record<string, Check>> {
  const sources = files.filter((file) => /\/.*\.(ts|mjs)$/.test(file));
  const folders = [...new Set(sources.map((file) => file.split('/')[0] ?? ''))];
  const github = files.filter((file) => /^\.github\/.*\.ya?ml$/.test(file));
  const workflows = github.filter((file) => file.startsWith('.github/workflows/'));
  return {
    'types (tsc)': {
      run: () => npmTool('tsc', '--project', '.', '--incremental', '--tsBuildInfoFile', typesCache),
    },
    'import rules (tools/checks/import-rules.ts)': {
      run: async () =>
        (await findWrongImports(projectRoot, folders, importRules)).map(
          ({ file, target, why }) => `${file} imports ${target}: ${why}`,
        ),
      fix: 'docs/architecture.md says what each folder may import',
    },
    'style (Biome)': {
      run: () => npmTool('biome', 'ci', '--colors=off', '--error-on-warnings', '.'),
      fix: 'for formatting and the order of imports: npm run format',
    },
    'folder lists (tools/project-layout.ts)': { run: () => checkLayout(projectRoot, sources) },
    'workflows and routes (one in each folder or file)': { run: findFaultyModules },
    'no focused tests': { run: () => findFocusedTests(projectRoot, sources) },
    'breaking API changes (docs/openapi.json)': { run: () => checkContract(join(projectRoot, 'docs')) },
    'links in documents': { run: () => findBrokenLinks(projectRoot, files) },
    'GitHub actions pinned by commit': { run: () => findUnpinnedActions(projectRoot, github) },
    'Dockerfile (hadolint)': { run: () => runTool(projectRoot, 'hadolint', '--no-color', 'Dockerfile') },
    'GitHub workflows (actionlint)': {
      run: () => (workflows.length === 0 ? [] : runTool(projectRoot, 'actionlint', '-no-color', ...workflows)),
    },
    'unused exports and dependencies (knip)': {
      run: () => npmTool('knip', '--no-progress', '--cache'),
      fix: 'remove what nothing uses; knip.jsonc lists the files that are loaded by path',
    },
  };
}

endWhenOutputCloses();
await runProgram(program, async () => {
  const began = performance.now();
  const write = (text: string) => void process.stdout.write(text);
  const { files, remark } = repositoryFiles(projectRoot);
  if (remark) write(`- ${remark}\n`);
  const failed = await runChecks(checksOf(files), concurrency, write);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  write(`${failed.length === 0 ? 'No faults' : `Faults: ${failed.join(', ')}`} (${seconds} s)\n`);
  return failed.length === 0 ? 0 : 1;
});
