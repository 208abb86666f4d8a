// Plain JavaScript: the supervisor runs it without a loader.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A process, distinguished from later ones with the same pid.
 * @typedef {object} ProcessId
 * @property {number} pid
 * @property {string} identity start time in the system's format; only for comparison
 */

/**
 * Distinguishes the process with this pid from later ones with the same pid; `undefined` if there is none. On Linux it is the boot and
 * the tick of the start (proc(5), field 22), elsewhere the start time of ps. Zombies do not count.
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
  // The name, in parentheses, may contain spaces and parentheses; fields 3 and up follow the last one.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z') return undefined;
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`;
}

/** @param {number} pid */
function psIdentity(pid) {
  // In UTC, because processes in other time zones compare it.
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
  const [state, ...started] = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8', env })
    .trim()
    .split(/\s+/);
  return state === undefined || state.startsWith('Z') ? undefined : started.join(' ');
}

/** This process. @returns {ProcessId} */
export const ownProcess = () => ({ pid: process.pid, identity: processIdentity(process.pid) ?? '' });

/**
 * Whether this process is still running.
 * @param {ProcessId} id
 */
export function isRunning({ pid, identity }) {
  const now = processIdentity(pid);
  return now !== undefined && now === identity;
}
