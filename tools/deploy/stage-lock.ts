import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../../infra/stage.js';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { lockFile } from '../cli/lock-file.js';
import { ownProcess, type ProcessId } from '../cli/processes.mjs';

interface Holder extends ProcessId {
  readonly command: string;
  readonly since: string;
}

/**
 * Locks the stage's folder, in which Terraform works, until the returned function is called or the process ends. Terraform's own lock
 * covers one plan or apply; a command runs several.
 * @throws {CommandFault} another command works on the stage; nothing was done
 */
export async function lockStage(
  { name, folder }: Pick<Stage, 'name' | 'folder'>,
  command: string,
): Promise<() => void> {
  const path = join(folder, 'lock.json');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const holder = await lockFile<Holder>(path, { command, ...ownProcess(), since: new Date().toISOString() });
  if (holder)
    throw new CommandFault(
      `npm run ${holder.command} (process ${holder.pid}, since ${holder.since}) is working on the stage ${name}: wait until it ends`,
      { code: 'stage-busy' },
    );
  const release = () => rmSync(path, { force: true });
  process.once('exit', release);
  return () => {
    process.off('exit', release);
    release();
  };
}
