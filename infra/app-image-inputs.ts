import { createHash } from 'node:crypto';
import { type Dirent, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import dockerIgnore from '@balena/dockerignore';

const dockerfile = 'Dockerfile';
const dockerignore = '.dockerignore';

/** What the app's image is made of. */
export interface AppImageInputs {
  /** SHA-256 in hex of the base image's name and, for each of the files, of its path, its contents and whether it may be executed. */
  readonly hash: string;
  /** The files that .dockerignore lets into the build, and the Dockerfile; from `root`, with `/`, sorted. */
  readonly files: readonly string[];
}

/**
 * The files that a build of the app's image in `root` receives, and a hash of them for its tag: the tag changes if and only if the
 * image may change. File times, owners and files that .dockerignore excludes do not count. Reads the files, changes nothing.
 */
export function appImageInputs(root: string, baseImage: string): AppImageInputs {
  const lines = readFileSync(join(root, dockerignore), 'utf8').split(/\r?\n/);
  // The engine always receives the Dockerfile.
  const files = [...new Set([dockerfile, ...sentBelow(root, '', createFilter(lines))])].sort();
  const hash = createHash('sha256').update(JSON.stringify(baseImage));
  // Contents count by their own hash, so that the bytes of one file cannot pass for the path of the next.
  for (const file of files) hash.update(`\n${JSON.stringify([file, ...stateOf(join(root, file))])}`);
  return { hash: hash.digest('hex'), files };
}

interface Filter {
  isSent(path: string): boolean;
  /** Whether anything below the folder can be sent. Like Docker, it enters an excluded folder only for a `!` line that names it. */
  enters(folder: string): boolean;
}

function createFilter(lines: readonly string[]): Filter {
  const ignore = dockerIgnore.default({ ignorecase: false }).add([...lines]);
  const included = lines.filter((line) => line.startsWith('!')).map((line) => `${line.slice(1).trim()}/`);
  const isSent = (path: string) => !ignore.ignores(path);
  return { isSent, enters: (folder) => isSent(folder) || included.some((line) => line.startsWith(`${folder}/`)) };
}

/** The sent files in a folder and below; `folder` is empty or ends in `/`. */
function sentBelow(root: string, folder: string, filter: Filter): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder + entry.name;
    if (entry.isDirectory()) return filter.enters(path) ? sentBelow(root, `${path}/`, filter) : [];
    return isPackable(entry) && filter.isSent(path) ? [path] : [];
  });
}

/** Sockets and the like are not sent. */
const isPackable = (entry: Dirent): boolean => entry.isFile() || entry.isSymbolicLink();

/** A symbolic link is sent as itself, never as what it points to. */
function stateOf(file: string): [kind: 'link' | 'executable' | 'plain', contents: string] {
  const stat = lstatSync(file);
  if (stat.isSymbolicLink()) return ['link', readlinkSync(file)];
  const contents = createHash('sha256').update(readFileSync(file)).digest('hex');
  return [(stat.mode & 0o111) === 0 ? 'plain' : 'executable', contents];
}
