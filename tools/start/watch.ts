import { once } from 'node:events';
import { relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { watch } from 'chokidar';
import { isAppSource, projectLayout } from '../project-layout.js';
import type { AppName } from './apps.js';

/** An editor writes a file in several steps, and a checkout writes many files: changes within this time are one, in milliseconds. */
const settleMs = 100;

/** Folders that a program does not run: only the other one does. */
const notRun: Readonly<Record<AppName, readonly string[]>> = {
  api: ['activities/', 'worker/', 'platform/activities/', 'platform/worker/'],
  worker: ['api/', 'platform/api/', 'platform/auth/'],
};
const migrationFolders = ['migrations/', 'platform/migrations/'];
const ignoredFolders: readonly string[] = [...projectLayout.outsideApp, ...projectLayout.generated];

export interface Change {
  /** Paths from the project's root, with `/`. */
  readonly files: ReadonlySet<string>;
  /** The programs that run one of the files. */
  readonly apps: ReadonlySet<AppName>;
  /** Whether a migration is one of the files. */
  readonly migrations: boolean;
}

/**
 * Watches the sources that API and worker run, in all folders of the app.
 * @returns the changes from now on, until `signal` aborts; changes between two turns are one
 */
export async function watchSources(projectRoot: string, signal: AbortSignal): Promise<AsyncGenerator<Change>> {
  let files = new Set<string>();
  let wake: () => void = () => undefined;
  const watcher = watch('.', {
    cwd: projectRoot,
    ignoreInitial: true,
    ignored: (path, stats) => {
      const file = withSlashes(relative(projectRoot, resolve(projectRoot, path)));
      return isHidden(file) || ignoredFolders.includes(file) || (stats?.isFile() === true && !isAppSource(file));
    },
  });
  watcher.on('all', (event, path) => {
    if (event === 'addDir' || event === 'unlinkDir') return;
    files.add(withSlashes(path));
    wake();
  });
  signal.addEventListener('abort', () => {
    void watcher.close();
    wake();
  });
  await once(watcher, 'ready');
  return changes();

  async function* changes(): AsyncGenerator<Change> {
    while (!signal.aborted) {
      if (files.size === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      await sleep(settleMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const changed = files;
      files = new Set();
      yield describe(changed);
    }
  }
}

const withSlashes = (path: string): string => path.replaceAll('\\', '/');

const isHidden = (file: string): boolean => /(^|\/)\.[^/.]/.test(file);

const isIn = (folders: readonly string[], file: string): boolean => folders.some((folder) => file.startsWith(folder));

function describe(files: ReadonlySet<string>): Change {
  const all = [...files];
  const runs = (app: AppName) => all.some((file) => !isIn(notRun[app], file));
  return {
    files,
    apps: new Set((['api', 'worker'] as const).filter(runs)),
    migrations: all.some((file) => isIn(migrationFolders, file)),
  };
}
