import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../../infra/stage.js';
import { CommandFault } from '../cli/faults.js';
import { isRunning, ownProcess, type ProcessId } from '../cli/process-identity.mjs';

/** Another command works on the stage from the same folder; nothing was done. */
class StageBusy extends CommandFault {
  override readonly code = 'stage-busy';
  constructor(stage: string, { command, pid, since }: Holder) {
    super(
      `npm run ${command} (process ${pid}, since ${since}) is at work on the stage ${stage}: wait until it has ended`,
    );
    this.name = 'StageBusy';
  }
}

interface Holder extends ProcessId {
  readonly command: string;
  readonly since: string;
}

/**
 * Keeps the stage's folder, in which Terraform works, for this process, until the function that is returned is called or the process
 * ends, however it ends. Terraform's own lock is for one plan or apply at a time; a command is several.
 * @throws {StageBusy}
 */
export function lockStage({ name, folder }: Pick<Stage, 'name' | 'folder'>, command: string): () => void {
  const path = join(folder, 'lock.json');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const own: Holder = { command, ...ownProcess(), since: new Date().toISOString() };
  for (;;) {
    if (create(path, own)) break;
    const holder = read(path);
    if (holder && isRunning(holder)) throw new StageBusy(name, holder);
    takeAway(path);
  }
  const release = () => rmSync(path, { force: true });
  process.once('exit', release);
  return () => {
    process.off('exit', release);
    release();
  };
}

function create(path: string, holder: Holder): boolean {
  try {
    writeFileSync(path, JSON.stringify(holder), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** @returns `undefined` when it is gone, or was never written whole */
function read(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/** Removes what a dead process left; not what another that saw the same has put in its place meanwhile. */
function takeAway(path: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const holder = read(aside);
  if (holder && isRunning(holder)) renameSync(aside, path);
  else rmSync(aside, { force: true });
}
