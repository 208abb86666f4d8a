// Plain JavaScript: the supervisor runs it without a loader.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** @import { ProcessId, StopSignal } from './protocol.js' */

const pollMs = 20;

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
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
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
export const isRunning = ({ pid, identity }) => processIdentity(pid) === identity;

/**
 * Ends a process: sends the signal, waits as long as it may take, then kills its whole process group.
 * Returns when it is gone; does nothing when it is gone already.
 * @param {ProcessId} id
 * @param {StopSignal} [stop] absent: killed at once
 * @returns {Promise<{ forced: boolean }>} whether it had to be killed
 */
export async function endProcess(id, stop) {
  if (!isRunning(id)) return { forced: false };
  if (stop) {
    send(id.pid, stop.signal);
    if (await hasEnded(id, stop.boundMs)) return { forced: false };
  }
  send(-id.pid, 'SIGKILL');
  send(id.pid, 'SIGKILL');
  await hasEnded(id, 2_000);
  return { forced: true };
}

/**
 * Waits until a process is gone.
 * @param {ProcessId} id
 * @param {number} boundMs longest wait, in milliseconds
 * @returns {Promise<boolean>} whether it is gone
 */
export async function hasEnded(id, boundMs) {
  const deadline = performance.now() + boundMs;
  while (isRunning(id)) {
    if (performance.now() > deadline) return false;
    await sleep(pollMs);
  }
  return true;
}

/**
 * @param {number} pid negative for a process group
 * @param {NodeJS.Signals} signal
 */
function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile, which is what was wanted.
  }
}
