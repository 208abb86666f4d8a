import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Changes of files below a folder, which are made together or not at all. Paths are relative, with `/`. */
export class FileChanges {
  /** The new content by path; `undefined` removes the file. */
  readonly #contents = new Map<string, string | undefined>();

  constructor(readonly root: string) {}

  /** The content after the changes. @throws the file does not exist */
  read(path: string): string {
    const changed = this.#contents.get(path);
    return changed ?? readFileSync(join(this.root, path), 'utf8');
  }

  exists(path: string): boolean {
    return this.#contents.has(path) ? this.#contents.get(path) !== undefined : existsSync(join(this.root, path));
  }

  write(path: string, content: string): void {
    if (!this.exists(path) || this.read(path) !== content) this.#contents.set(path, content);
  }

  /** Removes a file, or a folder with its files. */
  remove(path: string): void {
    for (const file of filesIn(this.root, path)) this.#contents.set(file, undefined);
  }

  /** The paths of all changed files, sorted. */
  paths(): string[] {
    return [...this.#contents.keys()].sort();
  }

  /**
   * Makes the changes. If one fails, takes all of them back.
   * @returns a function that takes them back
   * @throws the reason
   */
  apply(): () => void {
    const former: [path: string, content: Buffer | undefined][] = [];
    const undo = () => {
      for (const [path, content] of former.splice(0)) put(this.root, path, content);
    };
    try {
      for (const [path, content] of this.#contents) {
        const before = contentOf(join(this.root, path));
        put(this.root, path, content);
        former.push([path, before]);
      }
    } catch (error) {
      undo();
      throw error;
    }
    return undo;
  }
}

const contentOf = (file: string) => (existsSync(file) ? readFileSync(file) : undefined);

/** The new file replaces the old one in one step: a full disk leaves the old one. */
function put(root: string, path: string, content: string | Buffer | undefined): void {
  const file = join(root, path);
  if (content === undefined) {
    removeWithEmptyFolders(root, path);
    return;
  }
  mkdirSync(dirname(file), { recursive: true });
  const written = `${file}.tmp-${process.pid}`;
  try {
    writeFileSync(written, content, { mode: existsSync(file) ? statSync(file).mode : 0o666 });
    renameSync(written, file);
  } finally {
    rmSync(written, { force: true });
  }
}

function removeWithEmptyFolders(root: string, path: string): void {
  rmSync(join(root, path), { force: true });
  const folder = dirname(path);
  if (folder === '.' || !existsSync(join(root, folder)) || readdirSync(join(root, folder)).length > 0) return;
  rmSync(join(root, folder), { recursive: true });
  removeWithEmptyFolders(root, folder);
}

function filesIn(root: string, path: string): string[] {
  if (!existsSync(join(root, path))) return [];
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path)).flatMap((name) => filesIn(root, `${path}/${name}`));
}
