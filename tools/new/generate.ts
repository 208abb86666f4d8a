import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { createCatalogue } from '../../platform/workflows/catalogue.js';
import { defineWorkflow } from '../../platform/workflows/define.js';
import type { FileChanges } from '../cli/file-changes.js';
import { type Generated, type Kind, kinds } from './kinds.js';
import { OtherForm } from './source.js';
import { spellings } from './template.js';

/** A `parse` for names. @throws {Error} the name is not valid */
export function parseName(name: string): string {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) throw new Error(`${name} is not kebab-case${suggestion(name)}`);
  if (name.length > 50) throw new Error(`${name} is longer than 50 characters`);
  const { camel } = spellings(name);
  if (isReserved(camel)) throw new Error(`${name} is a reserved word of TypeScript: choose another name`);
  if (camel in Object.prototype || camel === 'then')
    throw new Error(`${name} has a meaning of its own in JavaScript's objects: choose another name`);
  return name;
}

function suggestion(name: string): string {
  const kebab = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').replaceAll(/[^A-Za-z0-9]+/g, '-');
  const tidy = kebab.replaceAll(/^[-0-9]+|-+$/g, '').toLowerCase();
  return tidy === '' ? ', such as fulfil-order' : `: use ${tidy}`;
}

function isReserved(word: string): boolean {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, /* skipTrivia */ true);
  scanner.setText(word);
  const kind = scanner.scan();
  return kind >= ts.SyntaxKind.FirstReservedWord && kind <= ts.SyntaxKind.LastFutureReservedWord;
}

/**
 * Adds the files of something new, and the lines that other files need.
 * @returns what the caller has to do by hand, because a file has another form than expected
 * @throws {CommandFault} something has this name
 */
export function generate(
  changes: FileChanges,
  kind: Kind,
  name: string,
  now = new Date(),
): Generated & { byHand: string[] } {
  const generated = generatedFor(changes, kind, name, now);
  const taken = generated.files.find(({ path }) => changes.exists(path));
  if (taken) throw new CommandFault(`${taken.path} already exists: choose another name. Nothing was changed`);
  for (const { path, text } of generated.files) changes.write(path, text);
  const byHand: string[] = [];
  for (const { path, what, apply } of generated.edits) {
    try {
      changes.write(path, apply(changes.read(path)));
    } catch (error) {
      if (!(error instanceof OtherForm)) throw error;
      byHand.push(`${path} has another form than expected (${error.message}). Add by hand: ${what}`);
    }
  }
  return { ...generated, byHand };
}

function generatedFor(changes: FileChanges, kind: Kind, name: string, now: Date): Generated {
  if (kind === 'migration') return newMigration(changes, name, now);
  if (kind === 'workflow' || kind === 'schedule') rejectReserved(name);
  return kinds[kind](name);
}

function newMigration(changes: FileChanges, name: string, now: Date): Generated {
  const folders = ['migrations', 'platform/migrations'];
  const files = folders.flatMap((folder) => readdirSync(join(changes.root, folder)));
  const existing = files.map((file) => basename(file, '.ts')).filter((file) => /^\d{12}-/.test(file));
  const same = existing.find((file) => file.slice(13) === name);
  if (same) throw new CommandFault(`The migration ${same} has this name: choose another. Nothing was changed`);
  return kinds.migration(name, existing, now);
}

/** The catalogue knows the names of the platform's workflows. */
function rejectReserved(name: string): void {
  const none = { type: 'object' } as const;
  try {
    createCatalogue([defineWorkflow({ name, summary: name, input: none, output: none, executionTimeout: '1 day' })]);
  } catch (error) {
    throw new CommandFault(`${(error as Error).message}. Nothing was changed`, { cause: error });
  }
}
