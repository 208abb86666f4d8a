import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readlinkSync, realpathSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { processIdentity } from '../supervisor/processes.mjs';

/** Above every pid that a system gives. It has more digits than those, so that the rest of the file can follow in one write. */
const nobody = 2_147_483_647;

/** A server runs on the data, or may do so. */
class ClusterInUse extends Error {
  readonly code = 'cluster-in-use';
  constructor(folder: string, pid: number, isCertain: boolean) {
    super(
      isCertain
        ? `A PostgreSQL that this start does not know (process ${pid}) runs on the data in ${folder}: end it with kill -INT ${pid}, and start again`
        : `${join(folder, 'postmaster.pid')} names process ${pid}, a PostgreSQL, of which this user cannot see whether it serves this data. If it does, end it with kill -INT ${pid}; if it serves other data, remove that file. Then start again`,
    );
    this.name = 'ClusterInUse';
  }
}

/** PostgreSQL does not start on it, and says no more than that. */
class LockUnreadable extends Error {
  readonly code = 'lock-unreadable';
  constructor(file: string) {
    super(
      `${file} is empty or damaged, as a crash or a full disk can leave it: make sure that no PostgreSQL runs on this data, remove the file, and start again`,
    );
    this.name = 'LockUnreadable';
  }
}

/**
 * Lets PostgreSQL start where a server that was killed has left `postmaster.pid`, and another process of the same account has got the pid
 * in it, which PostgreSQL would take for that server. The file stays, with a pid that nobody has: PostgreSQL then still looks for
 * processes of the old server that use its shared memory, before it removes the file.
 * @throws {LockUnreadable} there is no pid in the file
 * @throws {ClusterInUse} the process is a PostgreSQL, on this data as far as can be seen
 */
export function releaseStaleLock(folder: string): void {
  const file = join(folder, 'postmaster.pid');
  const text = readIfThere(file);
  const pid = Number(text?.split('\n')[0]);
  if (text === undefined) return;
  if (!Number.isSafeInteger(pid) || pid === 0) throw new LockUnreadable(file);
  if (pid < 0 || !exists(pid)) return;
  const serves = servesData(pid, folder);
  if (serves !== false) throw new ClusterInUse(folder, pid, serves === true);
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, text.replace(/^\d+/, String(nobody)), 0);
  closeSync(descriptor);
}

/** Whether the process is a PostgreSQL on this data; `undefined` where that cannot be seen. */
function servesData(pid: number, folder: string): boolean | undefined {
  // It has ended, and its parent has not asked how.
  if (processIdentity(pid) === undefined) return false;
  const name = nameOf(pid);
  if (name !== undefined && !['postgres', 'postmaster'].includes(name)) return false;
  if (process.platform !== 'linux' || name === undefined) return undefined;
  try {
    // A server works in its data's folder.
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
  } catch {
    return undefined;
  }
}

/** Name of the program that it runs. */
function nameOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    return basename(execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).trim());
  } catch {
    return undefined;
  }
}

/** As PostgreSQL asks; a process that has ended, but was not waited for, is one too. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
