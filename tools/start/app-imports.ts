import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sourceOf } from '../../platform/settings/project.js';

/**
 * The files of the project that the processes of an app load, as they report it themselves (report-imports.mjs). A process that fails to
 * start counts beside the one that still serves: the file that breaks it may be new.
 */
export class AppImports {
  #starts = 0;

  /** @param folder - for the reports */
  constructor(
    private readonly folder: string,
    private readonly app: string,
  ) {}

  /** Options of Node.js for the next process, whose report replaces that of the process before the previous one. */
  nextOptions(): string[] {
    this.#starts += 1;
    const file = this.#file(this.#starts);
    mkdirSync(this.folder, { recursive: true });
    rmSync(file, { force: true });
    const preload = new URL('./report-imports.mjs', import.meta.url);
    preload.searchParams.set('to', file);
    return ['--import', preload.href];
  }

  /** The previous process has ended: only the current one's files count. */
  forgetPrevious(): void {
    rmSync(this.#file(this.#starts - 1), { force: true });
  }

  /** Absolute paths; none if the processes have not reported any. */
  files(): ReadonlySet<string> {
    return new Set([0, 1].flatMap((slot) => linesOf(this.#file(slot)).map(sourceOf)));
  }

  #file(start: number): string {
    return join(this.folder, `${this.app}-${start % 2}`);
  }
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}
