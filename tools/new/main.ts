import { spawnSync } from 'node:child_process';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { projectRoot } from '../../platform/settings/project.js';
import { runProgram } from '../cli/command-line.mjs';
import { FileChanges } from '../cli/file-changes.js';
import type { Program } from '../cli/program.js';
import { formatFiles } from './format.js';
import { generate, parseName } from './generate.js';

const argument = { name: 'name', required: true, parse: parseName } as const;
const program = {
  call: 'npm run new',
  summary: 'Adds something new to the product, with its test, and connects it. NAME is kebab-case.',
  commands: {
    workflow: { argument, help: 'Folder in workflows/, test' },
    schedule: { argument, help: 'Like workflow, for one that a schedule starts: every day at 6:00 UTC' },
    activity: {
      argument,
      help: 'File in activities/, connected in activities/index.ts, test',
    },
    migration: { argument, help: 'File in migrations/ after the existing ones; create-THINGS begins with a table' },
    route: { argument, help: 'File in api/routes/, test' },
  },
  notes: 'Exit codes: 0 done, 1 the message says what is left to do, 64 wrong command line: nothing was changed',
} as const satisfies Program;

await runProgram(program, async ({ command, name }) => {
  const changes = new FileChanges(projectRoot);
  const { files, byHand, changesApi, next } = generate(changes, command, name);
  const undo = changes.apply();
  const fault = formatFiles(changes.paths());
  if (fault !== undefined) {
    undo();
    throw new CommandFault(`The formatter rejects the result, so that nothing was changed:\n${fault}`);
  }
  const created = new Set(files.map(({ path }) => path));
  const lines = changes.paths().map((path) => `${created.has(path) ? 'created' : 'changed'}  ${path}`);
  process.stdout.write(`${lines.join('\n')}\n`);
  const left = byHand.length === 0 && changesApi ? generateDocuments() : byHand;
  for (const line of left) process.stderr.write(`${line}\n`);
  process.stdout.write(`Next:\n${next.map((line) => `  ${line}\n`).join('')}`);
  return left.length === 0 ? 0 : 1;
});

/** @returns what is left to do */
function generateDocuments(): string[] {
  for (const script of ['generate:contract', 'generate:client']) {
    const options = { cwd: projectRoot, encoding: 'utf8', shell: process.platform === 'win32' } as const;
    const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', script], options);
    if (status !== 0) return [`${stdout}${stderr}npm run ${script} failed. Repair the code, then run npm run generate`];
  }
  process.stdout.write('changed  docs/openapi.json\nchanged  client/schema.ts\n');
  return [];
}
