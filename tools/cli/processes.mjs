// Plain JavaScript: the supervisor runs it without a loader.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 20;

/**
 * A process, distinguished from later ones with the same pid.
 * @typedef {object} ProcessId
 * @property {number} pid
 * @property {string} identity start time in the system's format; only for comparison
 */

/**
 * The signal that stops a process.
 * @typedef {object} StopSignal
 * @property {NodeJS.Signals} signal
 * @property {number} boundMs longest time to end after the signal, in milliseconds
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

/** Whether this process is still running. @param {ProcessId} id */
export function isRunning({ pid, identity }) {
  const now = processIdentity(pid);
  return now !== undefined && now === identity;
}

/**
 * Ends a process: sends the signal, waits as long as it may take, then kills its process group. Does nothing if it has ended.
 * @param {ProcessId} id
 * @param {StopSignal} [stop] without it, the process is killed immediately
 * @returns {Promise<{ forced: boolean }>} whether it was killed
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
 * Waits until a process has ended.
 * @param {ProcessId} id
 * @param {number} boundMs longest wait, in milliseconds
 * @returns {Promise<boolean>} whether it has ended
 */
export async function hasEnded(id, boundMs) {
  const deadline = performance.now() + boundMs;
  while (isRunning(id)) {
    if (performance.now() > deadline) return false;
    await sleep(pollMs);
  }
  return true;
}

/** @param {number} pid negative for a process group @param {NodeJS.Signals} signal */
function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in the meantime.
  }
}
