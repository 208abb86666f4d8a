import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { Progress } from '../../../cli/screen.js';
import { cacheEntryFolder } from '../cache.js';
import type { Limits, SourceContext } from '../source.js';

/** A folder that is removed when the test ends. */
export async function temporaryFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'atlas-temporal-cli-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes an executable shell script. */
export async function writeScript(path: string, body: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

/** A script that answers `--version` like the Temporal CLI of this version. */
export const writeFakeCli = (path: string, version: string): Promise<string> =>
  writeScript(path, `echo 'temporal version ${version} (Server 1.32.0, UI 2.54.1)'`);

export interface FixtureContext extends SourceContext {
  /** All progress reports. */
  readonly progress: Progress[];
}

/** Input of a source, with an empty cache below `folder`. */
export function sourceContext(
  folder: string,
  given: Partial<Omit<SourceContext, 'limits'>> & { readonly limits?: Partial<Limits> } = {},
): FixtureContext {
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), ...given.env };
  const progress: Progress[] = [];
  return {
    explicitPath: undefined,
    cacheEntry: cacheEntryFolder(env),
    signal: new AbortController().signal,
    onProgress: (report) => progress.push(report),
    ...given,
    env,
    limits: { versionMs: 60_000, stallMs: 60_000, downloadMs: 120_000, ...given.limits },
    progress,
  };
}

/** Names of temporary folders beside the cache's entries. */
export async function leftovers(cacheEntry: string): Promise<string[]> {
  const names = await readdir(dirname(cacheEntry)).catch(() => []);
  return names.filter((name) => name.startsWith('.tmp-'));
}
