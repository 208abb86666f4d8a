import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFile, lockFile, readComplete, readJson } from '../../cli/lock-file.js';
import { endProcess, isRunning, ownProcess } from './processes.mjs';
import type { RunRecord } from './protocol.js';

const pollMs = 50;
/** Longest time a platform may take to end after its launcher did, in milliseconds; the supervisor's own bounds add up to less. */
const endBoundMs = 15_000;

/** Somebody else uses the data folder. */
class AlreadyRunning extends Error {
  readonly code = 'already-running';
  constructor(
    readonly record: RunRecord,
    dataFolder: string,
  ) {
    const addresses = Object.entries(record.addresses).map(([name, address]) => `  ${name.padEnd(12)}${address}`);
    super(
      [
        `The platform already runs on this data folder (process ${record.launcher.pid}):`,
        `  ${'data'.padEnd(12)}${dataFolder}`,
        ...addresses,
        `Stop that one (Ctrl-C there, or kill ${record.launcher.pid}), or start a second one beside it with --ephemeral or another ATLAS_DATA_DIR.`,
      ].join('\n'),
    );
    this.name = 'AlreadyRunning';
  }
}

/**
 * Makes the data folder this process's own. Of two that try at the same time one wins. What a start left that was
 * killed is ended first; one that is just ending is waited for.
 * @param onWait called once when something has to end first
 * @returns the record that is now in the file
 * @throws {AlreadyRunning}
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
    if (!ending || performance.now() > deadline + endBoundMs) throw new AlreadyRunning(other, dataFolder);
    if (!waited) onWait();
    waited = true;
    const supervised = other.supervisor !== undefined && isRunning(other.supervisor);
    if (supervised && performance.now() < deadline) await sleep(pollMs);
    else await takeOver(runFile, other);
  }
  return record;
}

/** The record of a run file; `undefined` if there is none or it is incomplete. */
export const readRunRecord = (runFile: string): RunRecord | undefined => readJson(runFile);

/**
 * Ends what a killed start has left, in reverse order of its start, and removes its run file.
 * @param remove folder that goes too
 */
export async function endLeftOvers(runFile: string, record: RunRecord, remove?: string): Promise<void> {
  if (record.supervisor) await endProcess(record.supervisor);
  for (const child of record.children.toSorted((a, b) => b.rank - a.rank)) await endProcess(child, child.stop);
  if (remove) rmSync(remove, { recursive: true, force: true, maxRetries: 3 });
  rmSync(runFile, { force: true });
}

/** Only who holds the lock named after the record may remove it, so a new run file is never mistaken for the old one. */
async function takeOver(runFile: string, record: RunRecord): Promise<void> {
  const lock = `${runFile}.${record.id}.lock`;
  if (await lockFile(lock, ownProcess())) return void (await sleep(pollMs));
  try {
    const now = readRunRecord(runFile);
    if (now?.id === record.id) await endLeftOvers(runFile, now);
  } finally {
    rmSync(lock, { force: true });
  }
}
