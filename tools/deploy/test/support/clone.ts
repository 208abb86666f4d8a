import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useFixtures } from '../../../bench/deploy/fixture-product.js';
import { copyFiles } from '../../../bench/deploy/project-copy.js';

/** A clone of the project that a test can edit, with the workflows of the platform's tests. */
export class Clone {
  readonly folder = mkdtempSync(join(tmpdir(), 'atlas-clone-'));

  constructor() {
    copyFiles(this.folder);
    useFixtures(this.folder);
  }

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

/** The clone of the tests that do not edit it. The end of the process removes it. */
let shared: Clone | undefined;

/** @returns its folder */
export function sharedClone(): string {
  if (!shared) {
    const clone = new Clone();
    process.once('exit', () => clone.remove());
    shared = clone;
  }
  return shared.folder;
}
