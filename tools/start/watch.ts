import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { watch } from 'chokidar';
import { isAppSource, projectLayout } from '../project-layout.js';
import type { AppName } from './apps.js';

/** An editor writes a file in several steps, and a checkout writes many files: changes within this time are one, in milliseconds. */
const settleMs = 100;

/** Folders that only one of the two programs runs. Both run everything else. */
const runsAlone: Readonly<Record<AppName, readonly string[]>> = {
  api: ['api/', 'platform/api/', 'platform/auth/'],
  worker: ['activities/', 'worker/', 'platform/activities/', 'platform/worker/'],
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
      const file = relativeTo(projectRoot, path);
      return isHidden(file) || ignoredFolders.includes(file) || (stats?.isFile() === true && !isAppSource(file));
    },
  });
  watcher.on('all', (event, path) => {
    if (event === 'addDir' || event === 'unlinkDir') return;
    files.add(path.replaceAll('\\', '/'));
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

const relativeTo = (root: string, path: string): string =>
  (path.startsWith(root) ? path.slice(root.length + 1) : path).replaceAll('\\', '/').replace(/^\.\//, '');

const isHidden = (file: string): boolean => /(^|\/)\.[^/.]/.test(file);

const isIn = (folders: readonly string[], file: string): boolean => folders.some((folder) => file.startsWith(folder));

function describe(files: ReadonlySet<string>): Change {
  const all = [...files];
  const concerns = (app: AppName, other: AppName) =>
    all.some((file) => !isIn(runsAlone[other], file) || isIn(runsAlone[app], file));
  const apps: AppName[] = [];
  if (concerns('api', 'worker')) apps.push('api');
  if (concerns('worker', 'api')) apps.push('worker');
  return { files, apps: new Set(apps), migrations: all.some((file) => isIn(migrationFolders, file)) };
}
