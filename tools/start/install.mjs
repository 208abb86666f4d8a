// Plain JavaScript without dependencies: runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readFileSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @typedef {{ version?: string, optional?: boolean, link?: boolean, os?: string[], cpu?: string[], libc?: string[] }} LockedPackage */

/** Lines of Node.js that this repository runs on, with the oldest minor version of each; the same as "engines" in package.json. */
const nodeLines = /** @type {Record<number, number>} */ ({ 20: 19, 22: 12 });
const firstOpenLine = 24;

/**
 * Why this Node.js cannot be used, or `undefined` when it can.
 * @param {string} version such as `20.19.0`
 */
export function nodeFault(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major >= firstOpenLine || minor >= (nodeLines[major] ?? Number.POSITIVE_INFINITY)) return undefined;
  const lines = Object.entries(nodeLines).map((line) => line.join('.'));
  return `Node.js ${lines.join(', ')} or ${firstOpenLine} (or newer in each line) is needed, this is ${version}. Get one at https://nodejs.org, or with your version manager.`;
}

/** What tools that this repository needs take for something else in the path of a file: webpack, tsx, the shell that initdb calls, and PATH, in which npm puts the tools. */
const unusable = /[!?:"$`\\\uFFFD]|\p{Cc}/u;

/**
 * Why nothing can be run from this folder, or `undefined` when it can. U+FFFD stands for bytes that are not UTF-8.
 * @param {string} root folder of package.json
 */
export function cloneFault(root) {
  const found = unusable.exec(root)?.[0];
  if (found === undefined) return undefined;
  return `The path of this clone, ${JSON.stringify(root)}, contains ${JSON.stringify(found)}, which its tools cannot have in a path. Move the clone to a path without ! ? : " $ \` \\, control characters and bytes that are not UTF-8.`;
}

/**
 * Why no temporary file can be made, or `undefined` when one can: tsx would wait for it without end.
 * @param {string} folder
 */
export function temporaryFault(folder = tmpdir()) {
  try {
    rmdirSync(mkdtempSync(join(folder, 'atlas-')));
    return undefined;
  } catch (error) {
    return `Nothing can be written to the folder for temporary files, ${folder} (${/** @type {NodeJS.ErrnoException} */ (error).code}). Set TMPDIR to a folder that this user may write to.`;
  }
}

/**
 * What every installation for this repository needs, whatever NODE_ENV, npm's own variables and the user's `.npmrc` say: the compiler and
 * the embedded servers are development dependencies, and binaries of this platform optional ones; all of it is to be written, here, and
 * where Node.js looks for it.
 */
const installFlags = [
  ...['--include=dev', '--include=optional', '--include=peer', '--dry-run=false', '--package-lock-only=false'],
  ...['--global=false', '--location=project', '--workspaces=false', '--install-strategy=hoisted', '--bin-links=true'],
];

/**
 * Why the packages must be installed, in a few words; `undefined` when what is installed is what package-lock.json asks for.
 * Compares versions, not times: a checkout changes the lockfile's time without changing its content. Optional packages
 * count only if they are binaries of this platform.
 * @param {string} root folder of package.json
 */
export function installReason(root) {
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return 'node_modules is missing';
  const wanted = lockedPackages(join(root, 'package-lock.json'));
  const installed = lockedPackages(installedFile);
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link) continue;
    // npm notes what it has installed; whether it is still there shows the folder.
    const found = existsSync(join(root, path)) ? installed[path]?.version : undefined;
    if (found === entry.version || (entry.optional && !isForThisPlatform(entry))) continue;
    return `${path.replace(/^.*node_modules\//, '')} is ${found ?? 'missing'}, package-lock.json asks for ${entry.version}`;
  }
  return undefined;
}

/** @param {LockedPackage} entry */
const isForThisPlatform = ({ os, cpu, libc }) =>
  os?.includes(process.platform) === true &&
  cpu?.includes(process.arch) === true &&
  (libc === undefined || libc.includes(isMusl() ? 'musl' : 'glibc'));

/** Takes some time: only for what is missing. */
const isMusl = () => !('glibcVersionRuntime' in /** @type {{ header: object }} */ (process.report.getReport()).header);

/**
 * Installs what package-lock.json asks for, if that is not what is installed. Says why in one line before it does; what it and npm say
 * goes to standard error, because standard output may be read by a script.
 * @param {string} root folder of package.json
 * @returns {number} npm's exit code; 0 when there was nothing to do
 */
export function ensureInstalled(root) {
  const reason = installReason(root);
  if (reason === undefined) return 0;
  if (isLink(join(root, 'node_modules'))) {
    process.stderr.write(
      `${reason}, and node_modules is a link: npm ci would empty the folder that it points to, which others may use. Install there, or remove the link.\n`,
    );
    return 1;
  }
  process.stderr.write(`Installing packages first (npm ci): ${reason}\n`);
  const { status, error } = spawnSync('npm', ['ci', ...installFlags], { cwd: root, stdio: ['inherit', 2, 'inherit'] });
  const left = status === 0 ? installReason(root) : undefined;
  if (status === 0 && left === undefined) return 0;
  const why = error?.message ?? left ?? `it ended with code ${status ?? 'none, by a signal'}`;
  const command = ['npm', 'ci', ...installFlags].join(' ');
  process.stderr.write(
    `npm ci failed (${why}). Its output above says more; run it by itself to try again: ${command}\n`,
  );
  return status || 1;
}

/** @param {string} path */
const isLink = (path) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage>}
 */
function lockedPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}
