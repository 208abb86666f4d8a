import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { projectLayout } from '../project-layout.js';

const productFolders: readonly string[] = projectLayout.product;

/** `[text](target)`, `![text](target "title")` and `[name]: target`. */
const inlineLink = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;
const referenceDefinition = /^ {0,3}\[[^\]]+\]:\s+<?([^\s>]+)>?/g;
/** A path in a code span, such as `platform/runs/run.ts` or `platform/runs/`, but not one that the reader creates. */
const codePath = /(?<!`|Create )`([\w.-]+\/[\w./-]*)`(?!`)/g;
const elsewhere = /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i;

/**
 * Finds links in Markdown files to missing files, folders and headings of this repository. Does not follow links to other hosts. Also
 * checks paths in code spans that begin with a folder that the team does not edit, except in the changelog, which may name former paths.
 * @param files - paths of all files of the repository
 * @returns `file:line: message` for each
 * @throws there is no Markdown file
 */
export function findBrokenLinks(root: string, files: readonly string[]): string[] {
  const documents = files.filter((file) => file.endsWith('.md'));
  if (documents.length === 0) throw new Error(`Found no Markdown files below ${root}`);
  const folders = new Set(files.flatMap((file) => /^([^/]+)\//.exec(file)?.[1] ?? []));
  const anchors = new Map<string, ReadonlySet<string>>();
  const anchorsOf = (path: string) => {
    const known = anchors.get(path) ?? headingAnchors(readFileSync(path, 'utf8'));
    anchors.set(path, known);
    return known;
  };

  function faultOf(file: string, link: string): string | undefined {
    const decoded = decode(link);
    if (decoded === undefined) return `${link} is not a valid URL`;
    const [path = '', anchor] = decoded.split('#');
    const base = path.startsWith('/') ? root : dirname(join(root, file));
    const target = path === '' ? join(root, file) : join(base, path);
    if (relative(root, target).startsWith('..')) return `${link} is outside the repository`;
    if (!existsSync(target)) return `${link} does not exist`;
    if (anchor && target.endsWith('.md') && !anchorsOf(target).has(anchor)) return `${link} has no such heading`;
    return undefined;
  }

  function pathFaultOf(file: string, path: string): string | undefined {
    const folder = path.split('/')[0] ?? '';
    // Documents name files of the examples, which a team removes.
    if (file === 'CHANGELOG.md' || !folders.has(folder) || productFolders.includes(folder) || folder === 'test')
      return undefined;
    return existsSync(join(root, path)) ? undefined : `${path} does not exist`;
  }

  return documents.flatMap((file) => {
    const lines = proseLines(readFileSync(join(root, file), 'utf8'));
    return lines.flatMap((line, index) => {
      const prose = withoutCodeSpans(line);
      const links = [...targets(prose, inlineLink), ...targets(prose, referenceDefinition)];
      return [
        ...links.filter((link) => !elsewhere.test(link)).flatMap((link) => faultOf(file, link) ?? []),
        ...targets(line, codePath).flatMap((path) => pathFaultOf(file, path) ?? []),
      ].map((fault) => `${file}:${index + 1}: ${fault}`);
    });
  });
}

const targets = (line: string, pattern: RegExp) => [...line.matchAll(pattern)].map(([, target = '']) => target);
const withoutCodeSpans = (line: string) => line.replaceAll(/(`+)[^`].*?\1/g, '``');

function decode(link: string): string | undefined {
  try {
    return decodeURIComponent(link);
  } catch {
    return undefined;
  }
}

/** All lines, but empty ones for code blocks. */
function proseLines(text: string): string[] {
  let fence: string | undefined;
  return text.split('\n').map((line) => {
    const [, marker = ''] = /^\s*(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence === undefined && marker === '') return line;
    if (fence === undefined) fence = marker;
    else if (marker.startsWith(fence) && line.trim() === marker) fence = undefined;
    return '';
  });
}

/** GitHub's anchors of headings: lower case, no punctuation, a hyphen per space, numbered if repeated. */
function headingAnchors(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const line of proseLines(text)) {
    for (const id of targets(withoutCodeSpans(line), /<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(id);
    if (!/^ {0,3}#{1,6}\s/.test(line)) continue;
    const heading = line.replace(/^\s*#+\s+/, '').replace(/\s+#*\s*$/, '');
    const slug = heading
      .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    let unique = slug;
    for (let count = 1; anchors.has(unique); count += 1) unique = `${slug}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}
