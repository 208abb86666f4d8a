// Plain JavaScript without dependencies: runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readFileSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @typedef {{ version?: string, optional?: boolean, link?: boolean, os?: string[], cpu?: string[], libc?: string[] }} LockedPackage */

/** Why nothing can run on this system; `undefined` if it can. @param {string} platform */
export const platformFault = (platform = process.platform) =>
  platform === 'win32'
    ? 'Windows needs WSL 2: install it (https://learn.microsoft.com/windows/wsl/install), clone the project inside it, and run npm there.'
    : undefined;

/** Supported majors of Node.js, each with its oldest minor; the same as "engines" in package.json. */
const nodeLines = /** @type {Record<number, number>} */ ({ 20: 19, 22: 12 });
const firstOpenLine = 24;

/** Why this Node.js cannot be used; `undefined` if it can. @param {string} version such as `20.19.0` */
export function nodeFault(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major >= firstOpenLine || minor >= (nodeLines[major] ?? Number.POSITIVE_INFINITY)) return undefined;
  const lines = Object.entries(nodeLines).map((line) => line.join('.'));
  return `Node.js ${version} is not supported. Install ${lines.map((line) => `${line}+`).join(', ')} or ${firstOpenLine}+ from https://nodejs.org or with your version manager.`;
}

/** Characters that some tools cannot handle in paths: webpack, tsx, the shell that initdb calls, and PATH, to which npm adds the tools. */
const unusable = /[!?:"$`\\\uFFFD]|\p{Cc}/u;

/**
 * Why programs cannot run in this folder; `undefined` if they can. U+FFFD stands for bytes that are not UTF-8.
 * @param {string} root folder of package.json
 */
export function cloneFault(root) {
  const found = unusable.exec(root)?.[0];
  if (found === undefined) return undefined;
  return `The path of this clone, ${JSON.stringify(root)}, contains ${JSON.stringify(found)}, which its tools cannot handle. Move the clone to a path without ! ? : " $ \` \\, control characters and bytes that are not UTF-8.`;
}

/** Why temporary files cannot be created, which tsx would wait for forever; `undefined` if they can. @param {string} folder */
export function temporaryFault(folder = tmpdir()) {
  try {
    rmdirSync(mkdtempSync(join(folder, 'atlas-')));
    return undefined;
  } catch (error) {
    return `The folder for temporary files, ${folder}, is not writable (${/** @type {NodeJS.ErrnoException} */ (error).code}). Set TMPDIR to a folder that this user can write to.`;
  }
}

/**
 * Flags that override NODE_ENV, npm's variables and the user's `.npmrc`: the compiler and the embedded servers are development
 * dependencies, the binaries of this platform are optional ones, and all of them must be installed in this folder.
 */
const installFlags = [
  ...['--include=dev', '--include=optional', '--include=peer', '--dry-run=false', '--package-lock-only=false'],
  ...['--global=false', '--location=project', '--workspaces=false', '--install-strategy=hoisted', '--bin-links=true'],
];

/**
 * Why packages must be installed, in a few words; `undefined` if the installed packages match package-lock.json.
 * Compares versions, not times: a checkout changes the time of the lockfile but not its content. Of the optional packages, only
 * binaries of this platform count.
 * @param {string} root folder of package.json
 */
export function installReason(root) {
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return 'node_modules is missing';
  const wanted = lockedPackages(join(root, 'package-lock.json'));
  const installed = lockedPackages(installedFile);
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link) continue;
    // npm records what it installed; the folder shows whether it still exists.
    const found = existsSync(join(root, path)) ? installed[path]?.version : undefined;
    if (found === entry.version || (entry.optional && !isForThisPlatform(entry))) continue;
    return `${path.replace(/^.*node_modules\//, '')} is ${found ?? 'missing'}, package-lock.json requires ${entry.version}`;
  }
  return undefined;
}

/** @param {LockedPackage} entry */
const isForThisPlatform = ({ os, cpu, libc }) =>
  os?.includes(process.platform) === true &&
  cpu?.includes(process.arch) === true &&
  (libc === undefined || libc.includes(isMusl() ? 'musl' : 'glibc'));

/** Slow: called only for missing packages. */
const isMusl = () => !('glibcVersionRuntime' in /** @type {{ header: object }} */ (process.report.getReport()).header);

/**
 * Installs the packages of package-lock.json unless they are installed, and says why. Writes to standard error, because a script may
 * read standard output.
 * @param {string} root folder of package.json
 * @returns {number} npm's exit code; 0 if there was nothing to do
 */
export function ensureInstalled(root) {
  const reason = installReason(root);
  if (reason === undefined) return 0;
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
    process.stderr.write(
      `${reason}, and node_modules is a link: npm ci would empty its target, which others may use. Install there, or remove the link.\n`,
    );
    return 1;
  }
  process.stderr.write(`Installing packages (npm ci): ${reason}\n`);
  const { status, error } = spawnSync('npm', ['ci', ...installFlags], { cwd: root, stdio: ['inherit', 2, 'inherit'] });
  const left = status === 0 ? installReason(root) : undefined;
  if (status === 0 && left === undefined) return 0;
  const why =
    error?.message ?? left ?? (status === null ? 'it was killed by a signal' : `it exited with code ${status}`);
  const command = ['npm', 'ci', ...installFlags].join(' ');
  process.stderr.write(`npm ci failed (${why}). See its output above. To try again, run: ${command}\n`);
  return status || 1;
}

/** @param {string} file @returns {Record<string, LockedPackage>} */
const lockedPackages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
