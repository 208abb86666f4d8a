import { withLineFeeds } from './text-file.js';

/** What is wrong in a line; never holds anything of it but the name of a variable, because the rest may be a secret. */
export interface LineFault {
  readonly line: number;
  readonly message: string;
}

export interface EnvFile {
  readonly variables: Readonly<Record<string, string>>;
  readonly faults: readonly LineFault[];
}

const assignment = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=/;

/**
 * Reads the text of a `.env` file: lines of `NAME=value`, with `export` in front if one likes, comments, and values in quotes, which may
 * span lines and, in double ones, hold `\n`. As Node's `parseEnv`, except that nothing is passed over: a line that is something else, or
 * that other programs read differently, is a fault.
 */
export function parseEnvFile(source: string): EnvFile {
  const lines = withLineFeeds(source).split('\n');
  const variables: Record<string, string> = Object.create(null);
  const setOn = new Map<string, number>();
  const faults: LineFault[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const line = index + 1;
    const text = lines[index] ?? '';
    if (/^[ \t]*(#|$)/.test(text)) continue;
    const [start, name] = assignment.exec(text) ?? [];
    if (start === undefined || name === undefined) {
      faults.push({
        line,
        message: 'is not NAME=value, with a name of letters, digits and _; a comment begins with #',
      });
      continue;
    }
    const given = text.slice(start.length);
    const isQuoted = /^[ \t]*["'`]/.test(given);
    const { value, fault, extraLines = 0 } = isQuoted ? quoted([given, ...lines.slice(index + 1)]) : unquoted(given);
    index += extraLines;
    const before = setOn.get(name);
    if (value === undefined) faults.push({ line, message: `${name}: ${fault}` });
    else if (before !== undefined && variables[name] !== value)
      faults.push({ line, message: `${name} has another value in line ${before}; keep one of the two` });
    else variables[name] = value;
    setOn.set(name, before ?? line);
  }
  return { variables: { ...variables }, faults };
}

interface Value {
  /** Absent when there is a fault. */
  readonly value?: string;
  readonly fault?: string;
  /** Lines after the first that belong to it. */
  readonly extraLines?: number;
}

function unquoted(text: string): Value {
  const comment = text.indexOf('#');
  if (comment === -1) return { value: trim(text) };
  if (/[ \t]/.test(text[comment - 1] ?? '')) return { value: trim(text.slice(0, comment)) };
  return { fault: 'a # within a value is taken for a comment; put the value in quotes, or a space in front of the #' };
}

const trim = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, '');

function quoted(lines: readonly string[]): Value {
  const text = lines.join('\n').trimStart();
  const quote = text[0] ?? '';
  const end = text.indexOf(quote, 1);
  if (end === -1) return { fault: `the quote ${quote} is not closed; a value that begins with one stands in others` };
  const value = text.slice(1, end);
  const extraLines = value.split('\n').length - 1;
  const after = text.slice(end + 1).split('\n', 1)[0] ?? '';
  if (!/^[ \t]*($|#)/.test(after))
    return { fault: `something follows the closing quote ${quote}; put the whole value in other quotes`, extraLines };
  return { value: quote === '"' ? value.replaceAll('\\n', '\n') : value, extraLines };
}
