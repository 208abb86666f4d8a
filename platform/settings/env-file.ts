import { withLineFeeds } from './text-file.js';

/** An invalid line. The message quotes nothing but the name of a variable, because the rest may be a secret. */
export interface LineFault {
  readonly line: number;
  readonly message: string;
}

export interface EnvFile {
  readonly variables: Readonly<Record<string, string>>;
  readonly faults: readonly LineFault[];
  /** First and last line of each assignment, by the name of its variable. */
  readonly lines: Readonly<Record<string, readonly LineRange[]>>;
}

interface LineRange {
  readonly from: number;
  readonly to: number;
}

const assignment = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=/;

/**
 * Parses a `.env` file: lines of `NAME=value`, optionally with `export`, comments, and quoted values, which may span lines and may contain
 * `\n` in double quotes. Like Node's `parseEnv`, but reports lines that it cannot parse or that other programs parse differently.
 */
export function parseEnvFile(source: string): EnvFile {
  const lines = withLineFeeds(source).split('\n');
  const variables: Record<string, string> = Object.create(null);
  const ranges: Record<string, LineRange[]> = Object.create(null);
  const faults: LineFault[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const line = index + 1;
    const text = lines[index] ?? '';
    if (/^[ \t]*(#|$)/.test(text)) continue;
    const [start, name] = assignment.exec(text) ?? [];
    if (start === undefined || name === undefined) {
      faults.push({
        line,
        message: 'is not NAME=value with a name of letters, digits and _; start comments with #',
      });
      continue;
    }
    const given = text.slice(start.length);
    const isQuoted = /^[ \t]*["'`]/.test(given);
    const { value, fault, extraLines = 0 } = isQuoted ? quoted([given, ...lines.slice(index + 1)]) : unquoted(given);
    index += extraLines;
    const before = ranges[name]?.[0]?.from;
    if (value === undefined) faults.push({ line, message: `${name}: ${fault}` });
    else if (before !== undefined && variables[name] !== value)
      faults.push({ line, message: `${name} has another value in line ${before}; remove one of them` });
    else variables[name] = value;
    ranges[name] = [...(ranges[name] ?? []), { from: line, to: index + 1 }];
  }
  return { variables: { ...variables }, faults, lines: { ...ranges } };
}

interface Value {
  /** Absent if there is a fault. */
  readonly value?: string;
  readonly fault?: string;
  /** Number of lines of the value after the first. */
  readonly extraLines?: number;
}

function unquoted(text: string): Value {
  const comment = text.indexOf('#');
  if (comment === -1) return { value: trim(text) };
  if (/[ \t]/.test(text[comment - 1] ?? '')) return { value: trim(text.slice(0, comment)) };
  return {
    fault: 'a # inside an unquoted value is ambiguous; quote the value, or put a space before the # to start a comment',
  };
}

const trim = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, '');

function quoted(lines: readonly string[]): Value {
  const text = lines.join('\n').trimStart();
  const quote = text[0] ?? '';
  const end = text.indexOf(quote, 1);
  if (end === -1)
    return {
      fault: `the quote ${quote} is not closed; quote a value that begins with ${quote} with another kind of quote`,
    };
  const value = text.slice(1, end);
  const extraLines = value.split('\n').length - 1;
  const after = text.slice(end + 1).split('\n', 1)[0] ?? '';
  if (!/^[ \t]*($|#)/.test(after))
    return {
      fault: `text follows the closing quote ${quote}; put the whole value in another kind of quotes`,
      extraLines,
    };
  return { value: quote === '"' ? value.replaceAll('\\n', '\n') : value, extraLines };
}
