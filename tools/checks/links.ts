import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** `[text](target)`, `![text](target "title")` and `[name]: target`. */
const inlineLink = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;
const referenceDefinition = /^ {0,3}\[[^\]]+\]:\s+<?([^\s>]+)>?/g;
const elsewhere = /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i;

/**
 * Links of Markdown files to files, folders and headings of this repository that do not exist, as `file:line: why`.
 * Links to other hosts are not followed.
 * @param files - paths below `root`
 * @throws when there is no Markdown file to read
 */
export function findBrokenLinks(root: string, files: readonly string[]): string[] {
  const documents = files.filter((file) => file.endsWith('.md'));
  if (documents.length === 0) throw new Error(`The check of links read no files below ${root}`);
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
    if (anchor && target.endsWith('.md') && !anchorsOf(target).has(anchor)) return `${link} names no heading`;
    return undefined;
  }

  return documents.flatMap((file) =>
    proseLines(readFileSync(join(root, file), 'utf8')).flatMap((line, index) =>
      [...line.matchAll(inlineLink), ...line.matchAll(referenceDefinition)]
        .map(([, link = '']) => link)
        .filter((link) => !elsewhere.test(link))
        .flatMap((link) => faultOf(file, link) ?? [])
        .map((fault) => `${file}:${index + 1}: ${fault}`),
    ),
  );
}

function decode(link: string): string | undefined {
  try {
    return decodeURIComponent(link);
  } catch {
    return undefined;
  }
}

/** All lines, with those of code blocks and the insides of code spans left empty. */
function proseLines(text: string): string[] {
  let fence: string | undefined;
  return text.split('\n').map((line) => {
    const [, marker = ''] = /^\s*(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence === undefined && marker === '') return line.replaceAll(/(`+)[^`].*?\1/g, '``');
    if (fence === undefined) fence = marker;
    else if (marker.startsWith(fence) && line.trim() === marker) fence = undefined;
    return '';
  });
}

/** The anchors that GitHub gives headings: lower case, without punctuation, a hyphen per space, numbered when repeated. */
function headingAnchors(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const lines = text.split('\n');
  for (const [index, prose] of proseLines(text).entries()) {
    for (const [, id = ''] of prose.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(id);
    if (!/^ {0,3}#{1,6}\s/.test(prose)) continue;
    const heading = (lines[index] ?? '').replace(/^\s*#+\s+/, '').replace(/\s+#*\s*$/, '');
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
