import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyFiles } from '../../../bench/deploy/project-copy.js';

/** Another checkout of the project, in which a test can edit what a person would. */
export class Clone {
  readonly folder = mkdtempSync(join(tmpdir(), 'atlas-clone-'));

  /** To be awaited before anything else. */
  make = (): Promise<void> => copyFiles(this.folder);

  /** Replaces a text that must be there, everywhere in a file. */
  edit(file: string, from: string, to: string): void {
    const path = join(this.folder, file);
    const text = readFileSync(path, 'utf8');
    if (!text.includes(from)) throw new Error(`${file} does not hold: ${from}`);
    writeFileSync(path, text.replaceAll(from, to));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
