import { chownSync, existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { parseEnvFile } from '../../platform/settings/env-file.js';
import { readTextFile } from '../../platform/settings/text-file.js';

/**
 * Sets a variable in an env file and keeps all other lines. Creates the file if it does not exist. Writes atomically; only the owner can
 * read the file afterwards.
 * @throws {CommandFault} the file is invalid, or cannot contain the value; it is unchanged
 */
export function setInEnvFile(path: string, name: string, value: string): void {
  const exists = existsSync(path);
  if (exists && !statSync(path).isFile())
    throw new CommandFault(`${path} is not a file: set ATLAS_ENV_FILE to a file, or unset it`);
  const text = withVariable(exists ? readTextFile(path) : '', name, value, path);
  // A link stays a link.
  replaceFile(exists ? realpathSync(path) : path, text);
}

/** The text of an env file with the variable set. */
export function withVariable(source: string, name: string, value: string, path = '.env'): string {
  const { faults, variables, lines } = parseEnvFile(source);
  const [fault] = faults;
  if (fault) throw new CommandFault(`${path}, line ${fault.line}: ${fault.message}. Correct it first`);
  if (variables[`${name}_FILE`])
    throw new CommandFault(`${path} sets ${name}_FILE: change that file, or remove the line`);
  const assignment = `${name}=${quoted(name, value)}`;
  const ending = source.includes('\r\n') ? '\r\n' : '\n';
  const all = source.split(/\r\n?|\n/);
  const [first, ...others] = lines[name] ?? [];
  if (first) {
    // From the end, so that earlier line numbers stay valid.
    for (const { from, to } of others.reverse()) all.splice(from - 1, to - from + 1);
    all.splice(first.from - 1, first.to - first.from + 1, assignment);
  } else {
    if (all.at(-1) === '') all.pop();
    all.push(assignment, '');
  }
  const text = all.join(ending);
  if (parseEnvFile(text).variables[name] !== value) throw unwritable(name);
  return text;
}

/** The value in a form that this platform, Node.js and shells read alike, if there is one. */
function quoted(name: string, value: string): string {
  if (/^[A-Za-z0-9_./:@%+,=-]+$/.test(value)) return value;
  if (/[\r\n\0]/.test(value)) throw unwritable(name);
  const quote = ["'", '`', '"'].find((mark) => !value.includes(mark) && !(mark === '"' && value.includes('\\n')));
  if (!quote) throw unwritable(name);
  return `${quote}${value}${quote}`;
}

const unwritable = (name: string) =>
  new CommandFault(
    `An env file cannot contain this value of ${name}, because of its line breaks or quotes. Write it to a file that only you can read, and set ${name}_FILE to its path`,
  );

function replaceFile(path: string, text: string): void {
  const partial = `${path}.partial-${process.pid}`;
  try {
    writeFileSync(partial, text, { flag: 'wx', mode: 0o600, flush: true });
    // As root, the file stays its owner's.
    if (process.getuid?.() === 0 && existsSync(path)) chownSync(partial, statSync(path).uid, statSync(path).gid);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw new CommandFault(`${path} cannot be written: ${(error as Error).message}`, { cause: error });
  }
}
