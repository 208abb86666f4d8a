// Plain JavaScript: the supervisor runs it without a loader.
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from '../../cli/process-identity.mjs';

export { isRunning, ownProcess, processIdentity } from '../../cli/process-identity.mjs';

/** @import { ProcessId, StopSignal } from './protocol.js' */

const pollMs = 20;

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

/**
 * @param {number} pid negative for a process group
 * @param {NodeJS.Signals} signal
 */
function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in the meantime.
  }
}
