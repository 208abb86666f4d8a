import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { camelCase } from '../../platform/loading/workflow-folders.js';

const templates = fileURLToPath(new URL('./templates', import.meta.url));

export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** The spellings of a kebab-case name. */
export const spellings = (name: string) => {
  const camel = camelCase(name);
  return {
    kebab: name,
    camel,
    pascal: camel.charAt(0).toUpperCase() + camel.slice(1),
    snake: name.replaceAll('-', '_'),
  };
};

/**
 * The files of a template: sources below `templates/KIND/` that compile where they are. `sample-name` in their paths and texts is
 * replaced in all spellings; imports of the project, which lie four folders deeper than in the result, are shortened;
 * `_test.ts`, which is not a test yet, becomes `.test.ts`.
 */
export function filesOf(kind: string, name: string): GeneratedFile[] {
  const { kebab, camel, pascal, snake } = spellings(name);
  const named = (text: string) =>
    text
      .replaceAll('sample-name', kebab)
      .replaceAll('sampleName', camel)
      .replaceAll('SampleName', pascal)
      .replaceAll('sample_name', snake);
  const root = join(templates, kind);
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => {
    const path = posix.join(entry.parentPath.slice(root.length + 1).replaceAll('\\', '/'), entry.name);
    const outOfTemplate = '../'.repeat(path.split('/').length - 1 + 4);
    const text = readFileSync(join(root, path), 'utf8').replaceAll(
      `'${outOfTemplate}`,
      `'${outOfTemplate.slice(4 * 3)}`,
    );
    return { path: named(path).replace(/_test\.ts$/, '.test.ts'), text: named(text) };
  });
}
