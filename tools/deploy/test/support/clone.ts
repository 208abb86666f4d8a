import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyFiles } from '../../../bench/deploy/project-copy.js';

/** A clone of the project that a test can edit. */
export class Clone {
  readonly folder = mkdtempSync(join(tmpdir(), 'atlas-clone-'));

  /** Await it first. */
  make = (): Promise<void> => copyFiles(this.folder);

  /** Replaces all occurrences of a text in a file. @throws {Error} the text does not occur */
  edit(file: string, from: string, to: string): void {
    const path = join(this.folder, file);
    const text = readFileSync(path, 'utf8');
    if (!text.includes(from)) throw new Error(`${file} does not contain: ${from}`);
    writeFileSync(path, text.replaceAll(from, to));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
