import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { copyFiles } from '../../../bench/deploy/project-copy.js';
import { type Launcher, startLauncher } from './launcher.js';

/** `npm run dev` in a copy of this clone, which a test may edit. */
export interface DevClone {
  readonly launcher: Launcher;
  /** Folder of the copy. */
  readonly clone: string;
  /** Origin of its API. */
  readonly api: string;
}

/** @param folder - contains copy and data @param onStart - receives the launcher before it is ready */
export async function startDevClone(folder: string, onStart: (launcher: Launcher) => void): Promise<DevClone> {
  // As root, PostgreSQL runs under another account.
  chmodSync(folder, 0o755);
  const clone = join(folder, 'clone');
  mkdirSync(clone);
  await copyFiles(clone);
  const launcher = startLauncher({ dataFolder: join(folder, 'data'), clone, args: ['--watch'] });
  onStart(launcher);
  await launcher.printed('Watching');
  return { launcher, clone, api: /^ +API +(http:\S+)$/m.exec(launcher.output())?.[1] ?? '' };
}
