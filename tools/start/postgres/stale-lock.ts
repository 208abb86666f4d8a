import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readlinkSync, realpathSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CommandFault } from '../../../platform/errors/command-fault.js';
import { processIdentity } from '../../cli/processes.mjs';

/** Higher than any pid of a system. It has more digits than those, so that one write replaces the rest of the file too. */
const unusedPid = 2_147_483_647;

/**
 * Lets PostgreSQL start if a killed server left `postmaster.pid` and another process of the same account now has its pid, which
 * PostgreSQL would mistake for that server. The file stays, with an unused pid: PostgreSQL still looks for processes that use the
 * old server's shared memory before it removes the file.
 * @throws {CommandFault} the file contains no pid, or that of a PostgreSQL that uses this data, or may use it
 */
export function releaseStaleLock(folder: string): void {
  const file = join(folder, 'postmaster.pid');
  const text = readIfThere(file);
  const pid = Number(text?.split('\n')[0]);
  if (text === undefined) return;
  // PostgreSQL's own message does not say what to do.
  if (!Number.isSafeInteger(pid) || pid === 0)
    throw new CommandFault(
      `${file} is empty or damaged, after a crash or on a full disk: make sure that no PostgreSQL uses this data, remove the file, and start again`,
      { code: 'lock-unreadable' },
    );
  if (pid < 0 || !exists(pid)) return;
  const serves = servesData(pid, folder);
  if (serves !== false)
    throw new CommandFault(
      serves
        ? `Another PostgreSQL (process ${pid}) uses the data in ${folder}: stop it with kill -INT ${pid}, then start again`
        : `${file} names process ${pid}, a PostgreSQL, but this user cannot see which data it uses. If it uses this data, stop it with kill -INT ${pid}; otherwise remove that file. Then start again`,
      { code: 'cluster-in-use' },
    );
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, text.replace(/^\d+/, String(unusedPid)), 0);
  closeSync(descriptor);
}

/** Whether the process is a PostgreSQL that uses this data; `undefined` if unknown. */
function servesData(pid: number, folder: string): boolean | undefined {
  // A zombie.
  if (processIdentity(pid) === undefined) return false;
  const name = nameOf(pid);
  if (name !== undefined && !['postgres', 'postmaster'].includes(name)) return false;
  if (process.platform !== 'linux' || name === undefined) return undefined;
  try {
    // A server's working directory is its data folder.
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
  } catch {
    return undefined;
  }
}

function nameOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    return basename(execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).trim());
  } catch {
    return undefined;
  }
}

/** The check that PostgreSQL makes; it includes zombies. */
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
