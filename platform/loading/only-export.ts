import { relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CommandFault } from '../errors/command-fault.js';
import { sourceOf } from '../settings/project.js';

export interface Wanted<T> {
  /** For messages: `route`. */
  readonly kind: string;
  readonly is: (value: unknown) => value is T;
  /** What to do if the module exports none. */
  readonly advice: string;
}

/**
 * Imports a module of the product, and returns its only export of a kind.
 * @throws {CommandFault} the module cannot be loaded, or exports none or several
 */
export async function onlyExport<T>(path: string, { kind, is, advice }: Wanted<T>): Promise<T> {
  const exported: object = await load(path);
  const found = Object.entries(exported).filter((entry): entry is [string, T] => is(entry[1]));
  const [first, other] = new Map(found.map(([name, value]) => [value, name]));
  if (first === undefined) throw new CommandFault(`${nameOf(path)} exports no ${kind}: ${advice}`);
  if (other !== undefined)
    throw new CommandFault(
      `${nameOf(path)} exports the ${kind}s ${first[1]} and ${other[1]}: move one to its own file`,
    );
  return first[0];
}

/** A path as users know it. */
export const nameOf = (path: string): string => relative(process.cwd(), sourceOf(path)).replaceAll('\\', '/');

async function load(path: string): Promise<object> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (cause) {
    const { message, stack = '' } = cause instanceof Error ? cause : new Error(String(cause));
    const place = placeIn(stack.replace(message, ''));
    const reason = message.replaceAll(/\s*\n\s*/g, ' ');
    throw new CommandFault(`${nameOf(path)} cannot be loaded: ${reason}${place ? ` (${place})` : ''}`, { cause });
  }
}

/** The first file and line in a stack that is not one of Node.js or of a package. */
function placeIn(stack: string): string | undefined {
  for (const [, path = '', line] of stack.matchAll(/((?:file:\/\/|\/|[A-Z]:\\)[^\s():]*):(\d+)/g)) {
    if (!/[\\/]node_modules[\\/]/.test(path))
      return `${nameOf(path.startsWith('file:') ? fileURLToPath(path) : path)}:${line}`;
  }
  return undefined;
}
