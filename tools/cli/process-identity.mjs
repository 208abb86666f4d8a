// Plain JavaScript: the supervisor runs it without a loader.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A process, told apart from another that got the same pid later.
 * @typedef {object} ProcessId
 * @property {number} pid
 * @property {string} identity when it was started, in whatever form the system has; compared, never read
 */

/**
 * What tells the process that has this pid now from another that gets the same pid later; `undefined` when there is none.
 * On Linux the boot and the tick it was started at (proc(5), field 22), elsewhere the start time that ps knows.
 * A process that has ended but was not waited for counts as gone.
 * @param {number} pid
 * @returns {string | undefined}
 */
export function processIdentity(pid) {
  try {
    return process.platform === 'linux' ? linuxIdentity(pid) : psIdentity(pid);
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function linuxIdentity(pid) {
  // The name, in parentheses, may hold spaces and parentheses itself; what follows the last one are fields 3 and up.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z') return undefined;
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`;
}

/** @param {number} pid */
function psIdentity(pid) {
  // The time of the start is compared with what another process was told, which may have had another time zone.
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
  const [state, ...started] = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8', env })
    .trim()
    .split(/\s+/);
  return state === undefined || state.startsWith('Z') ? undefined : started.join(' ');
}

/** The process that runs this. @returns {ProcessId} */
export const ownProcess = () => ({ pid: process.pid, identity: processIdentity(process.pid) ?? '' });

/**
 * Whether exactly this process still runs.
 * @param {ProcessId} id
 */
export function isRunning({ pid, identity }) {
  const now = processIdentity(pid);
  return now !== undefined && now === identity;
}
