import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { nearestName } from '../../platform/settings/nearest-name.js';
import { createLineReader } from '../start/line-reader.js';
import { readable } from '../start/log-tail.js';

export interface LogsOptions {
  readonly folder: string;
  readonly parts: readonly string[];
  /** Id of a run: only lines that contain it. @default - all */
  readonly run: string | undefined;
  /** Lines as they are, without their part. */
  readonly json: boolean;
  readonly write: (line: string) => void;
}

/** The byte after the last whole line, by part. */
export type Ends = ReadonlyMap<string, number>;

interface Line {
  readonly part: string;
  readonly at: number;
  readonly text: string;
}

const pollMs = 200;

/** The parts with a log, or the one that is asked for. @throws {CommandFault} there is no such log */
export function partsIn(folder: string, part: string | undefined): string[] {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const all = files.flatMap((file) => /^([a-z]+)\.log$/.exec(file)?.[1] ?? []).sort();
  if (all.length === 0) throw new CommandFault(`There are no logs in ${folder}: run npm start`, { code: 'no-logs' });
  if (part === undefined) return all;
  if (all.includes(part)) return [part];
  const near = nearestName(part, all);
  const hint = near ? `; did you mean ${near}?` : '.';
  throw new CommandFault(`There is no log of ${part}${hint} The logs: ${all.join(', ')}`, { code: 'no-logs' });
}

/**
 * Prints the last lines of each log, in order of time. With a run, it also searches the logs of the previous start.
 * @returns where the logs ended, and how many lines it found
 */
export async function printLogs({
  tail,
  ...options
}: LogsOptions & { readonly tail: number }): Promise<{ readonly ends: Ends; readonly found: number }> {
  const ends = new Map<string, number>();
  const lines: Line[] = [];
  for (const part of options.parts) {
    const found: Line[] = [];
    const take = (line: Line) => {
      found.push(line);
      if (found.length > tail) found.shift();
    };
    if (options.run !== undefined) await readLog(options, part, `${part}.previous.log`, take);
    ends.set(part, await readLog(options, part, `${part}.log`, take));
    lines.push(...found);
  }
  for (const line of lines.sort((a, b) => a.at - b.at)) print(options, line);
  return { ends, found: lines.length };
}

/** Prints new lines until `signal` aborts or the process ends, also those of a later start. */
export async function followLogs({
  ends,
  signal,
  ...options
}: LogsOptions & { readonly ends: Ends; readonly signal?: AbortSignal }): Promise<void> {
  const logs = options.parts.map((part) => ({
    part,
    // A new start begins new logs.
    read: createLineReader(join(options.folder, `${part}.log`), ends.get(part)),
  }));
  while (!signal?.aborted) {
    for (const { part, read } of logs)
      for (const text of read().filter((line) => isWanted(options, line))) print(options, { part, text });
    await delay(pollMs);
  }
}

const isWanted = ({ run }: LogsOptions, text: string): boolean =>
  text.trim() !== '' && (run === undefined || text.includes(run));

function print({ parts, json, write }: LogsOptions, { part, text }: Pick<Line, 'part' | 'text'>): void {
  if (json) {
    write(text);
    return;
  }
  const width = Math.max(...parts.map(({ length }) => length));
  for (const line of readable(text).split('\n')) write(parts.length === 1 ? line : `${part.padEnd(width)} | ${line}`);
}

/** Reads whole lines. @returns the byte after the last one */
async function readLog(
  options: LogsOptions,
  part: string,
  file: string,
  onLine: (line: Line) => void,
): Promise<number> {
  const path = join(options.folder, file);
  const end = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (end === 0) return 0;
  // Lines without a time, such as those of a stack, follow the line before.
  let at = 0;
  let read = 0;
  for await (const { text, next } of wholeLines(path, end)) {
    read = next;
    at = timeOf(text) ?? at;
    if (isWanted(options, text)) onLine({ part, at, text });
  }
  return read;
}

/**
 * The lines in the first bytes of a file, each with the byte after it. `readline` also splits at U+2028, and does not say where a line with
 * CRLF or invalid UTF-8 ends.
 */
async function* wholeLines(path: string, bytes: number): AsyncGenerator<{ text: string; next: number }> {
  let [rest, next] = [Buffer.alloc(0), 0];
  for await (const chunk of createReadStream(path, { end: bytes - 1 }) as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    for (let length = rest.indexOf('\n'); length !== -1; length = rest.indexOf('\n')) {
      next += length + 1;
      yield { text: rest.subarray(0, length).toString().replace(/\r$/, ''), next };
      rest = rest.subarray(length + 1);
    }
  }
}

/** The time of a line of JSON, or of PostgreSQL. */
function timeOf(text: string): number | undefined {
  const [, json, postgres] =
    /"time":"([^"]+)"/.exec(text.slice(0, 300)) ?? /^()(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ UTC)/.exec(text) ?? [];
  const at = Date.parse(json || postgres || '');
  return Number.isNaN(at) ? undefined : at;
}
