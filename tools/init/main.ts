import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { defineProduct } from '../../platform/product.js';
import { projectRoot } from '../../platform/settings/project.js';
import { runProgram } from '../cli/command-line.mjs';
import { FileChanges } from '../cli/file-changes.js';
import type { Program } from '../cli/program.js';
import { formatFiles } from '../new/format.js';
import { interruption } from '../test/run-ava.js';
import { exampleFiles, removeExamples } from './remove-examples.js';
import { type Names, namesIn, renameProduct, titleOf } from './rename.js';

const program = {
  call: 'npm run init --',
  summary: `Makes this clone of the scaffold your product: gives it a name and a title, removes the examples if you want, and writes the
documents that follow from both. Changes nothing below platform/ and tools/. A second run with the same options changes nothing.`,
  options: {
    name: {
      value: 'NAME',
      required: true,
      parse: (name: string) => defineProduct({ name, title: name }).name,
      help: 'Lower-case letters, digits and hyphens; containers, databases and API keys are named after it',
    },
    title: {
      value: 'TITLE',
      parse: parseTitle,
      help: 'The name for people (default: the current one, or made from the name)',
    },
    'remove-examples': { help: 'Remove the example workflows with their activities, tables and tests' },
  },
  notes: `Exit codes: 0 done or nothing to do, 1 nothing was changed: the message says why, 64 wrong command line, 130 Ctrl-C: nothing was
changed (143: SIGTERM, 129: SIGHUP)`,
} as const satisfies Program;

function parseTitle(title: string): string {
  if (title.trim() !== title || /\p{Cc}/u.test(title)) throw new Error('use one line without spaces around it');
  // Node.js puts U+FFFD in place of bytes that are not UTF-8.
  if (/[\p{Cs}\uFFFD]/u.test(title)) throw new Error('it contains a character that is cut in half or not UTF-8');
  return title;
}

await runProgram(program, ({ name, title, removeExamples: withoutExamples }) => {
  const changes = new FileChanges(projectRoot);
  const former = namesIn(changes);
  const names: Names = { name, title: title ?? (name === former.name ? former.title : titleOf(name)) };
  renameProduct(changes, names);
  if (withoutExamples) {
    removeExamples(changes);
    if (changes.paths().some((path) => !changes.exists(path))) rejectUncommitted();
  }
  if (changes.paths().length === 0) {
    process.stdout.write(`Nothing to change: this is ${names.title} (${names.name})\n`);
    return Promise.resolve(0);
  }
  makeChanges(changes);
  report(changes, former, names);
  return Promise.resolve(0);
});

/** The work of others must not get lost: what is removed is in the history. @throws {CommandFault} */
function rejectUncommitted(): void {
  const args = ['status', '--porcelain', '--', ...exampleFiles];
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: projectRoot, encoding: 'utf8' });
  if (status !== 0)
    throw new CommandFault(
      `git cannot say whether the examples have changes of yours: ${stderr.trim()}\nRun git init, git add --all and git commit first. Nothing was changed`,
    );
  if (stdout !== '')
    throw new CommandFault(
      `The examples have uncommitted changes, which would be lost:\n${stdout}Commit them first. Nothing was changed`,
    );
}

/** Writes the changes, then what is generated from them. @throws {CommandFault} nothing was changed */
function makeChanges(changes: FileChanges): void {
  interruption();
  const undo = changes.apply();
  const failure =
    formatFiles(['config/product.ts']) ?? npmRun('generate') ?? npmRun('generate:contract', '--', '--publish');
  if (failure === undefined) return;
  undo();
  const rest = npmRun('generate') === undefined ? '' : '\nRun git diff: the documents may still have changes';
  throw new CommandFault(`The documents cannot be generated, so that nothing was changed:\n${failure}${rest}`);
}

/** @returns the output if the script fails */
function npmRun(...args: string[]): string | undefined {
  const options = { cwd: projectRoot, encoding: 'utf8', shell: process.platform === 'win32' } as const;
  const { status, signal, stdout, stderr } = spawnSync('npm', ['run', '--silent', ...args], options);
  if (status === 0) return undefined;
  return signal ? `npm run ${args.join(' ')} was stopped by ${signal}` : `${stdout}${stderr}`;
}

function report(changes: FileChanges, former: Names, { name, title }: Names): void {
  const lines = changes.paths().map((path) => `  ${changes.exists(path) ? 'changed' : 'removed'}  ${path}`);
  lines.unshift(`This is ${title} (${name}) now`);
  lines.push('  generated and published the contract, settings and client');
  if (former.name !== name) {
    if (existsSync(join(projectRoot, '.atlas')))
      lines.push(`.atlas/ has data of ${former.name}: npm start begins anew beside it. To remove it, delete .atlas/`);
    if (existsSync(join(projectRoot, '.stages')))
      lines.push(
        `.stages/ has stages of ${former.name}, which the commands no longer find: destroy them under that name first`,
      );
  }
  lines.push(
    'Next: set the licence and its holder in config/product.ts, package.json and LICENSE, commit, and run npm run dev',
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}
