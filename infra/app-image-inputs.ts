import { createHash } from 'node:crypto';
import { type Dirent, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

const dockerfile = 'Dockerfile';
const dockerignore = '.dockerignore';

/** What the app's image is made of. */
export interface AppImageInputs {
  /** SHA-256 in hex of the base image's name and, for each of the files, of its path, its contents and whether it may be executed. */
  readonly hash: string;
  /** The files that .dockerignore lets into the build, and the Dockerfile; from `root`, with `/`, sorted. */
  readonly files: readonly string[];
}

/** A line of .dockerignore. */
interface Pattern {
  /** Whether it leaves out what it matches; a line with `!` lets it in. */
  readonly excludes: boolean;
  readonly text: string;
  /** Matches a path from the root. */
  readonly expression: RegExp;
}

/**
 * What a build of the app's image in `root` is given, for a tag that changes when and only when the image may: times, owners and
 * files that .dockerignore leaves out do not count. Reads the files, changes nothing.
 * @throws {Error} a line of .dockerignore is beyond the subset that `parsePattern` knows
 */
export function appImageInputs(root: string, baseImage: string): AppImageInputs {
  const patterns = parsePatterns(readFileSync(join(root, dockerignore), 'utf8'));
  // The engine is always sent the Dockerfile, whatever .dockerignore says.
  const files = [...new Set([dockerfile, ...sentBelow(root, '', patterns, [])])].sort();
  const hash = createHash('sha256').update(JSON.stringify(baseImage));
  // Contents count by their own hash: no file's bytes can pass for the next one's path.
  for (const file of files) hash.update(`\n${JSON.stringify([file, ...stateOf(join(root, file))])}`);
  return { hash: hash.digest('hex'), files };
}

/**
 * The sent files in a folder and below; `folder` is empty or ends in `/`.
 * @param matched - for each pattern, whether the folder is or lies below what it matches
 */
function sentBelow(root: string, folder: string, patterns: readonly Pattern[], matched: readonly boolean[]): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder + entry.name;
    const found = judge(path, patterns, matched);
    if (!entry.isDirectory()) return found.isSent && isPackable(entry) ? [path] : [];
    return found.isSent || isOnTheWay(path, patterns) ? sentBelow(root, `${path}/`, patterns, found.matched) : [];
  });
}

/**
 * The last line that matches decides. As in Docker a line that would change nothing for a folder is not asked, and then does not
 * count for what is below the folder either.
 */
function judge(path: string, patterns: readonly Pattern[], above: readonly boolean[]) {
  let isSent = true;
  const matched = patterns.map(({ excludes, expression }, index) => {
    const matches = above[index] === true || (excludes === isSent && expression.test(path));
    if (matches) isSent = !excludes;
    return matches;
  });
  return { isSent, matched };
}

/** Whether a folder that is left out is looked into all the same, because a line lets in something below it. */
const isOnTheWay = (folder: string, patterns: readonly Pattern[]): boolean =>
  patterns.some(({ excludes, text }) => !excludes && `${text}/`.startsWith(`${folder}/`));

/** Sockets and the like are not sent. */
const isPackable = (entry: Dirent): boolean => entry.isFile() || entry.isSymbolicLink();

/** A symbolic link is sent as itself, never as what it points to. */
function stateOf(file: string): [kind: 'link' | 'executable' | 'plain', contents: string] {
  const stat = lstatSync(file);
  if (stat.isSymbolicLink()) return ['link', readlinkSync(file)];
  const contents = createHash('sha256').update(readFileSync(file)).digest('hex');
  return [(stat.mode & 0o111) === 0 ? 'plain' : 'executable', contents];
}

function parsePatterns(text: string): Pattern[] {
  return text
    .split('\n')
    .map((line, index) => ({ line: line.trimEnd(), number: index + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
    .map(({ line, number }) => {
      const pattern = parsePattern(line);
      if (pattern) return pattern;
      throw new Error(
        `${dockerignore}, line ${number}: ${line} is a pattern that the tag of the app's image cannot be computed from; ` +
          'say it with names, folder/names, * within a name (with ! in the last name only) and a leading **/ (without !)',
      );
    });
}

/**
 * The subset of Docker's patterns that stands here: paths from the root, in each name of which `*` stands for any characters but
 * `/`; a leading `**` and `/` for any folder, the root included; with `!` neither of them before the last name, because Docker looks
 * for what is let in only in folders that are named so.
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 * @returns `undefined` for anything else
 */
function parsePattern(line: string): Pattern | undefined {
  const excludes = !line.startsWith('!');
  const text = excludes ? line : line.slice(1);
  const anywhere = text.startsWith('**/');
  const names = (anywhere ? text.slice(3) : text).split('/');
  const isKnown = names.every((name) => /^[\w.@~*-]+$/.test(name) && !/^\.{1,2}$|\*\*/.test(name));
  const isFollowed = excludes || (!anywhere && !names.slice(0, -1).some((name) => name.includes('*')));
  if (!isKnown || !isFollowed) return undefined;
  const path = names.map((name) => name.replaceAll('.', '\\.').replaceAll('*', '[^/]*')).join('/');
  return { excludes, text, expression: new RegExp(`^${anywhere ? '(?:.*/)?' : ''}${path}$`, 's') };
}
