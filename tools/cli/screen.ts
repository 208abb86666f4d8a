import { stripVTControlCharacters, styleText } from 'node:util';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 80;
const barWidth = 24;
const esc = String.fromCharCode(27);
const clearLine = `\r${esc}[2K`;

type Colour = 'green' | 'red' | 'yellow' | 'cyan' | 'dim';

export interface Progress {
  readonly message: string;
  readonly bytes?: number;
  readonly totalBytes?: number;
}

export interface Terminal {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/**
 * Shows progress. On a terminal, the current step has a spinner and counts its seconds, and a download has a bar. Elsewhere, each step
 * is one plain line when it is done.
 */
export class Screen {
  readonly #animated: boolean;
  readonly #coloured: boolean;
  #timer: NodeJS.Timeout | undefined;
  #shown: (() => string) | undefined;
  #lastMessage: string | undefined;
  #stopping = false;

  constructor(
    private readonly out: Terminal,
    env: Readonly<Record<string, string | undefined>>,
    private readonly errors: Pick<Terminal, 'write'> = out,
  ) {
    this.#animated = out.isTTY === true && env['TERM'] !== 'dumb';
    this.#coloured = this.#animated && !env['NO_COLOR'];
  }

  /**
   * Shows a step until it is done, then a line with the text of `done` and the seconds. Steps may run in parallel; they are shown one
   * after another.
   */
  async step<T>(title: string, work: Timed<T>, done: (value: T) => string = () => title): Promise<T> {
    this.activity(() => `${title} ${seconds(performance.now() - work.startedAt)}`);
    try {
      const { value, ms } = await work.result;
      if (this.#stopping) return value;
      this.endActivity();
      this.line(`${this.#mark('green', '✔')}${done(value)} ${this.paint('dim', `(${seconds(ms)})`)}`);
      return value;
    } finally {
      if (!this.#stopping) this.endActivity();
    }
  }

  /** Hides the steps that are still running, because everything is being stopped. */
  stopSteps(): void {
    this.endActivity();
    this.#stopping = true;
  }

  /** Shows the progress within the current step. On a pipe, it prints a line for each new message. */
  progress({ message, bytes, totalBytes }: Progress): void {
    const text = `${message}${totalBytes ? ` ${bar((bytes ?? 0) / totalBytes)}` : ''}${bytes ? ` ${amount(bytes, totalBytes)}` : ''}`;
    if (this.#animated) this.activity(() => text);
    else if (message !== this.#lastMessage) this.line(message);
    this.#lastMessage = message;
  }

  line(text: string): void {
    if (this.#shown) this.out.write(clearLine);
    this.out.write(`${text}\n`);
    this.#draw();
  }

  done(text: string): void {
    this.line(`${this.#mark('green', '✔')}${text}`);
  }

  warn(text: string): void {
    this.line(`${this.#mark('yellow', '!')}${text}`);
  }

  /** Prints the reason of a failure on standard error. */
  error(text: string): void {
    this.endActivity();
    this.errors.write(`${this.#mark('red', '✖')}${text}\n`);
  }

  table(rows: readonly (readonly [name: string, value: string])[]): void {
    const width = Math.max(...rows.map(([name]) => name.length)) + 2;
    for (const [name, value] of rows) this.line(`  ${name.padEnd(width)}${this.paint('cyan', value)}`);
  }

  /** A table with a header; cells may be painted. */
  columns(header: readonly string[], rows: readonly (readonly string[])[]): void {
    const length = (text: string) => stripVTControlCharacters(text).length;
    const widths = header.map((title, column) =>
      Math.max(...[title, ...rows.map((row) => row[column] ?? '')].map(length)),
    );
    const text = (cells: readonly string[]) =>
      cells
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - length(cell)))
        .join('  ')
        .trimEnd();
    this.line(this.paint('dim', text(header)));
    for (const row of rows) this.line(text(row));
  }

  paint(colour: Colour, text: string): string {
    return this.#coloured ? styleText(colour, text, { validateStream: false }) : text;
  }

  #mark(colour: Colour, sign: string): string {
    return this.#animated ? `${this.paint(colour, sign)} ` : '';
  }

  /** Shows a changing text until `endActivity`. On a pipe, it shows nothing. */
  activity(text: () => string): void {
    if (!this.#animated || this.#stopping) return;
    this.#shown = text;
    this.#timer ??= setInterval(() => this.#draw(), frameMs).unref();
    this.#draw();
  }

  endActivity(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#shown) this.out.write(clearLine);
    this.#shown = undefined;
  }

  #draw(): void {
    if (!this.#shown) return;
    const frame = frames[Math.floor(performance.now() / frameMs) % frames.length] ?? '';
    // A wrapped line could not be cleared.
    const text = this.#shown().slice(0, (this.out.columns || 80) - 3);
    this.out.write(`${clearLine}${this.paint('cyan', frame)} ${text}`);
  }
}

/** Work with its own start time, because steps run in parallel. */
export interface Timed<T> {
  readonly startedAt: number;
  readonly result: Promise<{ readonly value: T; readonly ms: number }>;
}

/** Measures the time of `work`. A rejection is reported where the result is awaited. */
export function timed<T>(work: Promise<T>): Timed<T> {
  const startedAt = performance.now();
  const result = work.then((value) => ({ value, ms: performance.now() - startedAt }));
  result.catch(() => undefined);
  return { startedAt, result };
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

function bar(fraction: number): string {
  const filled = Math.round(Math.min(1, fraction) * barWidth);
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${Math.floor(fraction * 100)} %`;
}

function amount(bytes: number, total: number | undefined): string {
  const megabytes = (value: number) => (value / 1e6).toFixed(1);
  return total ? `${megabytes(bytes)} / ${megabytes(total)} MB` : `${megabytes(bytes)} MB`;
}
