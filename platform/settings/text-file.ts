import { readFileSync } from 'node:fs';

/** A file that people write, or name, cannot be used; the message names it and says what to do. */
export class TextFileUnreadable extends Error {
  override readonly name = 'TextFileUnreadable';
  /** The system's code, such as `ENOENT`; absent when it was read but is no text. */
  readonly code: string | undefined;

  constructor(path: string, why: string, cause?: unknown) {
    super(`the file ${path} ${why}`, { cause });
    this.code = (cause as NodeJS.ErrnoException | undefined)?.code;
  }
}

/**
 * Reads text as editors write it: UTF-8, or UTF-16 with a byte order mark, which does not become part of the text. What was written in
 * another encoding is refused, because its letters would silently become others. Line ends stay as they are.
 * @throws {TextFileUnreadable}
 */
export function readTextFile(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new TextFileUnreadable(path, `cannot be read (${(error as NodeJS.ErrnoException).code ?? error})`, error);
  }
  try {
    return decodeText(bytes);
  } catch (error) {
    throw new TextFileUnreadable(path, `${(error as Error).message}; save it as UTF-8`);
  }
}

/** Text with lines that end in LF, from any that an editor writes: CRLF and CR alone too. */
export const withLineFeeds = (text: string): string => text.replace(/\r\n?/g, '\n');

const startsWith = (bytes: Buffer, ...mark: number[]) => mark.every((byte, index) => bytes[index] === byte);

function decodeText(bytes: Buffer): string {
  if (startsWith(bytes, 0xff, 0xfe, 0, 0) || startsWith(bytes, 0, 0, 0xfe, 0xff))
    throw new Error('is encoded in UTF-32');
  const isLittle = startsWith(bytes, 0xff, 0xfe);
  if (isLittle || startsWith(bytes, 0xfe, 0xff)) return decodeUtf16(bytes.subarray(2), isLittle);
  const unmarked = startsWith(bytes, 0xef, 0xbb, 0xbf) ? bytes.subarray(3) : bytes;
  const text = unmarked.toString('utf8');
  const nul = text.indexOf('\0');
  if (nul !== -1)
    throw new Error(`holds a NUL byte in line ${lineAt(text, nul)}, as UTF-16 without a byte order mark does`);
  const wrong = firstInvalid(text, unmarked);
  if (wrong !== undefined)
    throw new Error(`is not UTF-8 in line ${lineAt(text, wrong)}, where it may be Windows-1252 or Latin-1`);
  return text;
}

function decodeUtf16(bytes: Buffer, isLittle: boolean): string {
  if (bytes.length % 2 === 1) throw new Error('begins as UTF-16 but ends within a character');
  const text = (isLittle ? bytes : Buffer.from(bytes).swap16()).toString('utf16le');
  if (/\p{Surrogate}|\0/u.test(text)) throw new Error('begins as UTF-16 but goes on as something else');
  return text;
}

/** Where the first character stands that was put there for bytes that are none; a replacement character may stand in the text itself. */
function firstInvalid(text: string, bytes: Buffer): number | undefined {
  if (Buffer.from(text).equals(bytes)) return undefined;
  for (let at = text.indexOf('\ufffd'); at !== -1; at = text.indexOf('\ufffd', at + 1)) {
    const offset = Buffer.byteLength(text.slice(0, at));
    if (!bytes.subarray(offset, offset + 3).equals(Buffer.from('\ufffd'))) return at;
  }
  return 0;
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split(/\r\n?|\n/).length;
