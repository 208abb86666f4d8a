import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { prettyFactory } from 'pino-pretty';

const lineCount = 20;
/** Room for 20 long lines of JSON with a stack. */
const tailBytes = 64 * 1024;

const pretty = prettyFactory({
  colorize: false,
  ignore: 'pid,hostname,service',
  singleLine: true,
  translateTime: 'SYS:HH:MM:ss.l',
});

/** A line of a log for people: JSON becomes time, level, message and fields. */
export const readable = (line: string): string => (line.startsWith('{') ? pretty(line).trimEnd() : line);

/** The last 20 lines of a log, with JSON made readable; none if there is no log. @param from - the byte at which it begins */
export function lastLines(logFile: string, from = 0): string[] {
  return readTail(logFile, from)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-lineCount)
    .flatMap((line) => readable(line).split('\n'))
    .slice(-lineCount);
}

function readTail(file: string, from: number): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(Math.max(0, size - from), tailBytes));
    readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    const text = buffer.toString('utf8');
    return buffer.length < size - from ? text.slice(text.indexOf('\n') + 1) : text;
  } finally {
    closeSync(descriptor);
  }
}
