import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppName } from './apps.js';

/** An editor writes a file in several steps, and a checkout many files; what comes within this time is one change, in milliseconds. */
const settleMs = 100;

/** Who runs the sources of each folder. */
const users: Readonly<Record<string, readonly AppName[]>> = {
  api: ['api'],
  auth: ['api'],
  worker: ['worker'],
  activities: ['worker'],
  // The API reads the definitions.
  workflows: ['worker', 'api'],
  database: ['worker', 'api'],
  temporal: ['worker', 'api'],
  runs: ['worker', 'api'],
  errors: ['worker', 'api'],
  config: ['worker', 'api'],
  observability: ['worker', 'api'],
  migrations: ['worker', 'api'],
  service: ['worker', 'api'],
  http: ['worker', 'api'],
  retry: ['worker', 'api'],
  cli: ['worker', 'api'],
};

/** Sources that changed together. */
export interface Change {
  /** Paths from the project's root. */
  readonly files: ReadonlySet<string>;
  /** Whom they concern. */
  readonly apps: ReadonlySet<AppName>;
  /** Whether migrations are among them. */
  readonly migrations: boolean;
}

/**
 * Begins to watch the sources of API and worker.
 * @returns what changes, until `signal` aborts; what changes between two turns comes together
 */
export function watchSources(projectRoot: string, signal: AbortSignal): AsyncGenerator<Change> {
  let files = new Set<string>();
  let wake: () => void = () => undefined;
  const watchers = Object.keys(users).map((folder) =>
    watchFolder(join(projectRoot, folder), (file) => {
      if (!isSource(file)) return;
      files.add(relative(projectRoot, file));
      wake();
    }),
  );
  signal.addEventListener('abort', () => {
    for (const close of watchers) close();
    wake();
  });
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

/**
 * Watches a folder with all folders in it, also those made later. One watcher per folder: Node's own recursive ones lose
 * a file on Linux when an editor saves it by renaming a new one over it.
 * @returns ends it
 */
function watchFolder(root: string, onFile: (file: string) => void): () => void {
  const watchers = new Map<string, FSWatcher>();
  const forget = (folder: string) => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  const add = (folder: string, isNew: boolean) => {
    if (watchers.has(folder)) return;
    const watcher = watch(folder, (_event, name) => {
      if (!name) return;
      const path = join(folder, name);
      if (isFolder(path)) add(path, true);
      else if (watchers.has(path)) forget(path);
      else onFile(path);
    });
    watcher.on('error', () => forget(folder));
    watchers.set(folder, watcher);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) add(path, isNew);
      else if (isNew) onFile(path);
    }
  };
  if (isFolder(root)) add(root, false);
  return () => {
    for (const folder of [...watchers.keys()]) forget(folder);
  };
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
const isSource = (name: string): boolean => /\.(ts|json|sql)$/.test(name) && !name.endsWith('.test.ts');

function describe(files: ReadonlySet<string>): Change {
  const folders = [...files].map((file) => file.split('/')[0] ?? '');
  return {
    files,
    apps: new Set(folders.flatMap((folder) => users[folder] ?? [])),
    migrations: folders.includes('migrations'),
  };
}
