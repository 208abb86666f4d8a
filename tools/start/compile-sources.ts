import { readdirSync, readlinkSync, rmdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { isOutsideApp } from '../project-layout.js';
import { compiledName, compileInto, compilerOptions, isTypeScript, write } from './compile.mjs';

/**
 * Compiles the app's sources file by file into `folder`, which then has the layout of a build: a process starts in less than half
 * the time that tsx takes. Only what has changed is written, each file atomically: clones may start several times at once.
 * @throws a source cannot be compiled, or the folder cannot be written
 */
export async function compileSources(root: string, folder: string): Promise<void> {
  const options = compilerOptions(root);
  const entries = appFiles(root).map((file) => ({
    source: join(root, file),
    target: join(folder, compiledName(file)),
  }));
  const expected = new Set(entries.map(({ target }) => target));
  for (const file of filesBelow(folder)) if (!expected.has(join(folder, file))) remove(folder, file);
  await Promise.all(
    entries.map(({ source, target }) =>
      // A link would lead Node.js to the sources, also for what the file imports.
      isCode(source) ? compileInto(source, target, options) : link(source, target),
    ),
  );
}

function link(source: string, target: string): void {
  if (linkOf(target) !== source) write(target, (part) => symlinkSync(source, part));
}

/** Removes a file, and the folders that are empty without it: code may look for folders. */
function remove(folder: string, file: string): void {
  rmSync(join(folder, file), { force: true });
  try {
    for (let path = dirname(file); path !== '.'; path = dirname(path)) rmdirSync(join(folder, path));
  } catch {
    // It has other files.
  }
}

/** The app's files, from the root, without tests and hidden files. */
const appFiles = (root: string): string[] =>
  readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !isOutsideApp(entry.name))
    .flatMap(({ name }) => filesBelow(join(root, name)).map((file) => `${name}/${file}`))
    .filter((file) => !isOutsideApp(file) && !/(^|\/)\.|\.test\.ts$|\.d\.[cm]?ts$/.test(file));

/** The files and links below a folder; none if there is no folder. */
function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? filesBelow(join(folder, entry.name)).map((file) => `${entry.name}/${file}`) : [entry.name],
    );
  } catch {
    return [];
  }
}

const isCode = (file: string): boolean => isTypeScript(file) || ['.js', '.mjs', '.cjs'].includes(extname(file));

function linkOf(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}
