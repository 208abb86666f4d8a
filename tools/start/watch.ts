import { once } from 'node:events';
import { statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { watch } from 'chokidar';
import { projectLayout } from '../project-layout.js';

/** An editor writes a file in several steps, and a checkout writes many files: changes within this time are one, in milliseconds. */
const settleMs = 100;

const ignoredFolders: readonly string[] = [...projectLayout.outsideApp, ...projectLayout.generated];

export interface Watcher {
  /** Paths from the project's root, with `/`, until the signal aborts. Changes between two turns are one. */
  readonly changes: AsyncGenerator<Set<string>>;
  /** Watches further files, as the first ones. A change that follows at once may be missed. */
  add(files: Iterable<string>): void;
}

/**
 * Watches the folders of the app, where a new file can appear, except hidden files and tests. Each other file must be given.
 * @param first - files to watch wherever they exist, and in the project's root even before: absolute, or from the root
 * @param onError - called for a file or folder that cannot be watched
 */
export async function watchSources(
  projectRoot: string,
  first: Iterable<string>,
  signal: AbortSignal,
  onError: (error: Error) => void,
): Promise<Watcher> {
  const pathOf = (path: string) => relative(projectRoot, resolve(projectRoot, path)).replaceAll('\\', '/');
  const added = new Set<string>();
  let files = new Set<string>();
  let wake: () => void = () => undefined;
  const watcher = watch(['.', ...begin(first)], {
    cwd: projectRoot,
    ignoreInitial: true,
    ignored: (path) => {
      const file = pathOf(path);
      return !added.has(file) && (isHidden(file) || isTest(file) || ignoredFolders.includes(file));
    },
  });
  watcher.on('all', (event, path) => {
    if (event === 'addDir' || event === 'unlinkDir') return;
    files.add(pathOf(path));
    wake();
  });
  watcher.on('error', (error) => onError(error as Error));
  signal.addEventListener('abort', () => {
    void watcher.close();
    wake();
  });
  await once(watcher, 'ready');
  return {
    changes: changes(),
    add: (further) => void watcher.add(begin(further)),
  };

  /**
   * Stops ignoring these files.
   * @returns those to watch by themselves. A missing file in the root is noticed there; by itself, it would never be watched
   */
  function begin(further: Iterable<string>): string[] {
    const isThere = (file: string) => isFile(resolve(projectRoot, file));
    const unwatched = [...further]
      .map(pathOf)
      .filter((file) => !added.has(file) && !isWatched(file) && (!file.includes('/') || isThere(file)));
    for (const file of unwatched) added.add(file);
    return unwatched.filter(isThere);
  }

  async function* changes(): AsyncGenerator<Set<string>> {
    while (!signal.aborted) {
      if (files.size === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      await sleep(settleMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const changed = files;
      files = new Set();
      yield changed;
    }
  }
}

const isHidden = (file: string): boolean => /(^|\/)\.[^/.]/.test(file);
const isTest = (file: string): boolean => file.endsWith('.test.ts');

/** Whether the folders of the app contain it. */
const isWatched = (file: string): boolean =>
  !isOutside(file) &&
  !isHidden(file) &&
  !isTest(file) &&
  !ignoredFolders.some((folder) => file.startsWith(`${folder}/`));

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

const isOutside = (file: string): boolean => file.startsWith('../') || isAbsolute(file);
