import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, resolve } from 'node:path';
import type { Source } from '../source.js';
import { isAtLeast, readVersion } from '../version-check.js';
import { minimumVersion } from '../versions.js';

/** `temporal` on the PATH, if it is new enough. */
export const searchPath: Source = {
  name: 'PATH',
  title: 'temporal on the PATH',
  async find({ env, limits, signal }) {
    const path = await firstOnPath('temporal', env['PATH'] ?? '');
    if (path === undefined) throw new Error('not found');
    const version = await readVersion(path, { env, versionMs: limits.versionMs, signal });
    if (!isAtLeast(version, minimumVersion)) throw new Error(`${path} is ${version}, older than ${minimumVersion}`);
    return { path, version };
  },
};

async function firstOnPath(name: string, folders: string): Promise<string | undefined> {
  for (const folder of folders.split(delimiter).filter(Boolean)) {
    const path = resolve(folder, name);
    if (await isExecutableFile(path)) return path;
  }
  return undefined;
}

async function isExecutableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
