import { extname } from 'node:path';
import { projectLayout } from '../project-layout.js';
import type { AppName } from './start-order.js';

/** Folders that a program does not run: only the other one does. */
const notRun: Readonly<Record<AppName, readonly string[]>> = {
  api: ['activities/', 'worker/', 'platform/activities/', 'platform/worker/'],
  worker: ['api/', 'platform/api/', 'platform/auth/'],
};
/** Code that a program finds by its folder: a new file concerns it, although no program has imported it yet. */
const foundByFolder: Readonly<Record<AppName, RegExp>> = {
  api: /^(api\/routes\/[^/.]+|workflows\/[^/]+\/definition)\.ts$/,
  worker: /^workflows\/[^/]+\/(definition|workflow)\.ts$/,
};
const outsideApp = ['../', ...projectLayout.outsideApp.map((folder) => `${folder}/`)];
const notProduct = ['../', 'platform/'];
const migrationFolders = ['migrations/', 'platform/migrations/'];

/** Programs read these without an import. */
export const projectFiles: readonly string[] = ['package.json', 'tsconfig.json', 'node_modules/.package-lock.json'];

export interface Programs {
  /** The files that a program imports, from the project's root; none if it has not reported them. */
  imports(app: AppName): ReadonlySet<string>;
  /** Whether it did not start from the current sources. The file that mends it can be one that it could not import. */
  isBroken(app: AppName): boolean;
}

export interface Change {
  /** Paths from the project's root, with `/`. */
  readonly files: ReadonlySet<string>;
  /** The programs that the files concern. */
  readonly apps: ReadonlySet<AppName>;
  /** Whether a migration is one of the files. */
  readonly migrations: boolean;
  /** Whether other files than the product's changed: code of the platform, packages or their configuration. */
  readonly platform: boolean;
}

/** What must be restarted after files changed. */
export function describeChange(files: ReadonlySet<string>, programs: Programs): Change {
  const apps = (['api', 'worker'] as const).filter((app) => [...files].some((file) => concerns(app, file, programs)));
  const some = (is: (file: string) => boolean) => [...files].some(is);
  return {
    files,
    apps: new Set(apps),
    migrations: some((file) => isIn(migrationFolders, file)),
    platform: some((file) => projectFiles.includes(file) || isIn(notProduct, file)),
  };
}

function concerns(app: AppName, file: string, programs: Programs): boolean {
  const imports = programs.imports(app);
  if (imports.has(file) || projectFiles.includes(file) || isIn(migrationFolders, file)) return true;
  if (!file.includes('/') || isIn(outsideApp, file) || isIn(notRun[app], file)) return false;
  if (foundByFolder[app].test(file)) return true;
  // A program can read data without an import.
  if (isData(file)) return true;
  return isCode(file) && (imports.size === 0 || programs.isBroken(app));
}

const isIn = (folders: readonly string[], file: string): boolean => folders.some((folder) => file.startsWith(folder));

const isCode = (file: string): boolean => /\.[cm]?[jt]sx?$/.test(file);

/** Not the temporary and backup files of editors. */
const isData = (file: string): boolean =>
  !isCode(file) && /^\.[a-z0-9]+$/i.test(extname(file)) && !/\.(md|tmp|bak|orig|rej|log)$/i.test(file);
