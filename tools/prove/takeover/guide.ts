/**
 * Reads a guide (`docs/guides/*.md`) as a list of steps that a reader performs:
 *
 * - A `sh` block has commands, one per line. Lines of a `text` block directly after it must appear in the output; `…` is any text.
 *   Commands that start the platform (`npm run dev`, `npm start`) or end with `&` run until the guide ends.
 * - A sentence such as `Create \`path\`:` or `Replace \`path\`:` directly before a block: the block is the whole file.
 * - A sentence such as `In \`path\`:` directly before a `diff` block: its lines begin with a space, `+` or `-`. A line `@@` separates
 *   two places of the file.
 * - `console` and `json` blocks without such a sentence are illustrations.
 */
interface At {
  /** Line in the guide, from 1. */
  readonly line: number;
}

export interface Command extends At {
  readonly text: string;
}

export interface Hunk extends At {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export type Step = At &
  (
    | { readonly kind: 'run'; readonly commands: readonly Command[]; readonly output: readonly string[] }
    | { readonly kind: 'write'; readonly file: string; readonly exists: boolean; readonly text: string }
    | { readonly kind: 'edit'; readonly file: string; readonly hunks: readonly Hunk[] }
  );

export interface Guide {
  /** Path from the project's root. */
  readonly path: string;
  readonly steps: readonly Step[];
}

/** A guide is not performable, or performing it had another result than it says. */
export class GuideFault extends Error {
  readonly code = 'guide-fault';
  constructor(path: string, line: number, what: string) {
    super(`${path}:${line}: ${what}`);
    this.name = 'GuideFault';
  }
}

interface Fence extends At {
  readonly language: string;
  readonly lines: readonly string[];
  /** The paragraph before the block, in one line, unless another block comes between. */
  readonly intro: string;
  /** Whether only blank lines are between the previous block and this one. */
  readonly follows: boolean;
}

/** @throws {GuideFault} a block is neither performable nor an illustration */
export function parseGuide(path: string, text: string): Guide {
  const steps: Step[] = [];
  let commands: (Step & { readonly kind: 'run' }) | undefined;
  for (const fence of fencesOf(path, text)) {
    const { line, language, lines, intro, follows } = fence;
    const fault = (what: string) => new GuideFault(path, line, what);
    // The last sentence of the text, which may begin on another line than it ends.
    const [, verb, file = ''] = /^(?:.*(?:[-*] +|\d\. +|[.!?)] ))?(Create|Replace|In) `([^`]+)`.*:$/.exec(intro) ?? [];
    const before = follows ? commands : undefined;
    commands = undefined;
    if (language === 'text') {
      if (!before) throw fault('a text block must directly follow a sh block, whose output it shows');
      steps[steps.length - 1] = { ...before, output: lines.filter((expected) => expected.trim() !== '') };
    } else if (language === 'sh') {
      commands = { kind: 'run', line, commands: commandsOf(lines, line), output: [] };
      steps.push(commands);
    } else if (language === 'diff') {
      if (verb !== 'In') throw fault('a line "In `path`:" must directly precede a diff block');
      steps.push({ kind: 'edit', line, file, hunks: hunksOf(lines, line, fault) });
    } else if (verb === 'Create' || verb === 'Replace')
      steps.push({ kind: 'write', line, file, exists: verb === 'Replace', text: `${lines.join('\n')}\n` });
    else if (language !== 'console' && language !== 'json')
      throw fault(`a line "Create \`path\`:" must directly precede a ${language || 'nameless'} block`);
  }
  return { path, steps };
}

function* fencesOf(path: string, text: string): Generator<Fence> {
  let [intro, follows, isParagraph] = ['', false, false];
  let open: { indent: string; language: string; line: number; lines: string[] } | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const [, indent = '', language] = /^( *)```(\S*)\s*$/.exec(raw) ?? [];
    if (open && language === '') {
      yield { line: open.line, language: open.language, lines: open.lines, intro, follows };
      [open, intro, follows, isParagraph] = [undefined, '', true, false];
    } else if (open) open.lines.push(raw.startsWith(open.indent) ? raw.slice(open.indent.length) : raw.trimStart());
    else if (language !== undefined) open = { indent, language, line: index + 1, lines: [] };
    else if (raw.trim() === '') isParagraph = false;
    else [intro, follows, isParagraph] = [isParagraph ? `${intro} ${raw.trim()}` : raw.trim(), false, true];
  }
  if (open) throw new GuideFault(path, open.line, 'the block has no end');
}

/** A backslash at the end of a line continues the command. */
function commandsOf(lines: readonly string[], fenceLine: number): Command[] {
  const commands: Command[] = [];
  let begun: Command | undefined;
  for (const [index, text] of lines.entries()) {
    const whole: Command = begun
      ? { line: begun.line, text: `${begun.text}\n${text}` }
      : { line: fenceLine + 1 + index, text };
    begun = text.endsWith('\\') ? whole : undefined;
    if (!begun && !/^\s*(#|$)/.test(whole.text)) commands.push(whole);
  }
  return commands;
}

function hunksOf(lines: readonly string[], fenceLine: number, fault: (what: string) => GuideFault): Hunk[] {
  const hunks: { line: number; before: string[]; after: string[] }[] = [];
  let hunk: (typeof hunks)[number] | undefined;
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('@@')) {
      hunk = undefined;
      continue;
    }
    if (!hunk) {
      hunk = { line: fenceLine + 1 + index, before: [], after: [] };
      hunks.push(hunk);
    }
    const [sign, rest] = [line[0] ?? ' ', line.slice(1)];
    if (!' +-'.includes(sign)) throw fault(`a line of a diff must begin with a space, + or -: ${line}`);
    if (sign !== '+') hunk.before.push(rest);
    if (sign !== '-') hunk.after.push(rest);
  }
  if (hunks.some(({ before, after }) => before.length === 0 || before.join('\n') === after.join('\n')))
    throw fault('a diff needs lines of the file, and a change');
  return hunks;
}

/**
 * @returns the text of a file after the hunk
 * @throws {Error} the file does not contain its lines, or contains them twice
 */
export function applyHunk(text: string, { before, after }: Pick<Hunk, 'before' | 'after'>): string {
  const lines = text.split('\n');
  const places = lines.flatMap((_, start) =>
    before.every((line, offset) => lines[start + offset] === line) ? start : [],
  );
  const [place] = places;
  if (place === undefined) throw new Error(`the file does not contain these lines:\n${before.join('\n')}`);
  if (places.length > 1)
    throw new Error(
      `the file contains these lines ${places.length} times: add lines around them\n${before.join('\n')}`,
    );
  return lines.toSpliced(place, before.length, ...after).join('\n');
}

/** @returns the expected lines that the output does not contain */
export function missingLines(expected: readonly string[], output: string): string[] {
  const lines = output.split(/\r?\n/);
  return expected.filter((wanted) => {
    const pattern = new RegExp(wanted.trim().split('…').map(literal).join('.*'));
    return !lines.some((line) => pattern.test(line));
  });
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Whether the command starts the platform, which then runs until it is stopped. */
export const startsPlatform = (command: string): boolean =>
  /^npm (start|run dev)\b/.test(command) && !/--(once|help)\b/.test(command);

/** Whether the command runs until it is stopped. */
export const isServer = (command: string): boolean => startsPlatform(command) || command.endsWith('&');
