import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFault } from '../../../platform/errors/command-fault.js';
import { createFile, lockFile, readComplete, readJson } from '../../cli/lock-file.js';
import { endProcess, isRunning, ownProcess } from '../../cli/processes.mjs';
import type { RunRecord } from './protocol.js';

const pollMs = 50;
/** Longest time that a platform may take to stop after its launcher, in milliseconds; more than the sum of the supervisor's limits. */
const endBoundMs = 15_000;

/**
 * Locks the data folder for this process. Stops the processes that a killed start left behind, and waits for a platform that is
 * stopping.
 * @param onWait - called once if processes must end first
 * @returns the record that is now in the file
 * @throws {CommandFault} another process uses the data folder
 */
export async function claimRunFile(
  runFile: string,
  dataFolder: string,
  onWait: () => void = () => undefined,
): Promise<RunRecord> {
  const record: RunRecord = { id: randomUUID(), launcher: ownProcess(), children: [], addresses: {} };
  const deadline = performance.now() + endBoundMs;
  let waited = false;
  while (!createFile(runFile, JSON.stringify(record))) {
    const other = await readComplete<RunRecord>(runFile);
    if (!other) continue;
    const ending = other.stopping === true || !isRunning(other.launcher);
    if (!ending || performance.now() > deadline + endBoundMs) throw alreadyRunning(other, dataFolder);
    if (!waited) onWait();
    waited = true;
    const supervised = other.supervisor !== undefined && isRunning(other.supervisor);
    if (supervised && performance.now() < deadline) await sleep(pollMs);
    else await takeOver(runFile, other);
  }
  return record;
}

function alreadyRunning({ launcher: { pid }, addresses }: RunRecord, dataFolder: string): CommandFault {
  const rows = Object.entries({ data: dataFolder, ...addresses }).map(
    ([name, value]) => `  ${name.padEnd(12)}${value}`,
  );
  return new CommandFault(
    [
      `The platform is already running with this data folder (process ${pid}):`,
      ...rows,
      `Stop it with Ctrl-C or kill ${pid}, or start a second platform with --ephemeral or another ATLAS_DATA_DIR.`,
    ].join('\n'),
    { code: 'already-running' },
  );
}

export const readRunRecord = (runFile: string): RunRecord | undefined => readJson(runFile);

/**
 * Stops the processes that a killed start left behind, in reverse order, and removes its run file.
 * @param remove - folder to remove as well
 */
export async function stopLeftovers(runFile: string, record: RunRecord, remove?: string): Promise<void> {
  if (record.supervisor) await endProcess(record.supervisor);
  for (const child of record.children.toSorted((a, b) => b.startOrder - a.startOrder))
    await endProcess(child, child.stop);
  if (remove) rmSync(remove, { recursive: true, force: true, maxRetries: 3 });
  rmSync(runFile, { force: true });
}

/** Only the holder of the lock named after the record may remove the run file, so that it never removes a new one. */
async function takeOver(runFile: string, record: RunRecord): Promise<void> {
  const lock = `${runFile}.${record.id}.lock`;
  if (await lockFile(lock, ownProcess())) return void (await sleep(pollMs));
  try {
    const now = readRunRecord(runFile);
    if (now?.id === record.id) await stopLeftovers(runFile, now);
  } finally {
    rmSync(lock, { force: true });
  }
}
