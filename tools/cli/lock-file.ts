import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, type ProcessId } from './processes.mjs';

/** A file that was just created is empty for a moment. One that stays incomplete was left by a full disk. */
const completeWithinMs = 1_000;
const pollMs = 50;

/**
 * Locks something for this process, until the file is removed or the process ends.
 * @param file - names the process that holds the lock
 * @returns `undefined`, or the running process that already holds the lock
 */
export async function lockFile<H extends ProcessId>(file: string, own: H): Promise<H | undefined> {
  while (!createFile(file, JSON.stringify(own))) {
    const holder = await readComplete<H>(file);
    if (holder && isRunning(holder)) return holder;
    if (holder) removeStale(file);
  }
  return undefined;
}

/** @returns whether the file was created; an existing file stays as it is */
export function createFile(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o644 });
    return true;
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // The disk is full: others would wait for the rest of the file.
    if (syscall === 'write') rmSync(file, { force: true });
    throw error;
  }
}

/** @returns the content, or `undefined` if the file does not exist or is incomplete */
export function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** As {@link readJson}, but waits for a file that is being written, and removes it if it stays incomplete. */
export async function readComplete<T>(file: string): Promise<T | undefined> {
  const deadline = performance.now() + completeWithinMs;
  while (existsSync(file)) {
    const content = readJson<T>(file);
    if (content !== undefined) return content;
    if (performance.now() > deadline) rmSync(file, { force: true });
    else await sleep(pollMs);
  }
  return undefined;
}

/** Removes the lock of a process that has ended, unless another process has replaced it in the meantime. */
function removeStale(file: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const holder = readJson<ProcessId>(aside);
  if (holder && isRunning(holder)) renameSync(aside, file);
  else rmSync(aside, { force: true });
}
