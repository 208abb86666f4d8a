import type { FileChanges } from '../cli/file-changes.js';
import { readArgumentProperty, setArgumentProperty } from '../new/source.js';

export interface Names {
  readonly name: string;
  readonly title: string;
}

const productFile = 'config/product.ts';
/** The name of the scaffold. */
const scaffold = 'atlas';

/** What the file says now; a running process may have loaded an earlier version. */
export const namesIn = (changes: FileChanges): Names => {
  const text = changes.read(productFile);
  return {
    name: readArgumentProperty(text, 'defineProduct', 'name'),
    title: readArgumentProperty(text, 'defineProduct', 'title'),
  };
};

/** A title from a name: `my-shop` becomes `My shop`. */
export const titleOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');

/** Gives the product its name and title wherever they are written by hand. @throws {OtherForm} */
export function renameProduct(changes: FileChanges, { name, title }: Names): void {
  const former = namesIn(changes);
  let text = setArgumentProperty(changes.read(productFile), 'defineProduct', 'name', quoted(name));
  text = setArgumentProperty(text, 'defineProduct', 'title', quoted(title));
  changes.write(productFile, text);

  editJson(changes, 'package.json', (json) => {
    json['name'] = name;
    // A description of the team's own stays.
    if (former.name === scaffold || json['description'] === former.title) json['description'] = title;
  });
  editJson(changes, 'package-lock.json', (json) => {
    json['name'] = name;
    const { '': own } = json['packages'] as Record<string, Record<string, unknown>>;
    if (own) own['name'] = name;
  });
  renameReadme(changes, former, title);
}

function editJson(changes: FileChanges, file: string, edit: (json: Record<string, unknown>) => void): void {
  const json = JSON.parse(changes.read(file)) as Record<string, unknown>;
  edit(json);
  changes.write(file, `${JSON.stringify(json, undefined, 2)}\n`);
}

const origin = (title: string) =>
  `${title} is built on the scaffold that this file describes. Write here what it is for.`;

/** Leaves a README that does not begin with the product's title: the team has written its own. */
function renameReadme(changes: FileChanges, former: Names, title: string): void {
  if (title === former.title || !changes.exists('README.md')) return;
  const text = changes.read('README.md');
  if (!text.startsWith(`# ${former.title}\n`)) return;
  const rest = text.slice(`# ${former.title}\n`.length);
  const body = rest.startsWith(`\n${origin(former.title)}\n`) ? rest.slice(origin(former.title).length + 2) : rest;
  changes.write('README.md', `# ${title}\n\n${origin(title)}\n${body}`);
}

const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
