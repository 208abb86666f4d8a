import { readFileSync } from 'node:fs';

/** A file cannot be read as text. The message names the file and the fix. */
export class TextFileUnreadable extends Error {
  override readonly name = 'TextFileUnreadable';
  /** The system's code, such as `ENOENT`; absent if the encoding is invalid. */
  readonly code: string | undefined;

  constructor(path: string, why: string, cause?: unknown) {
    super(`the file ${path} ${why}`, { cause });
    this.code = (cause as NodeJS.ErrnoException | undefined)?.code;
  }
}

/**
 * Reads UTF-8, or UTF-16 with a byte order mark, and drops the mark. Rejects other encodings, because they would silently garble
 * letters. Keeps line endings.
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

/** Converts CRLF and CR to LF. */
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
    throw new Error(
      `contains a NUL byte in line ${lineAt(text, nul)}, possibly because it is UTF-16 without a byte order mark`,
    );
  const wrong = firstInvalid(text, unmarked);
  if (wrong !== undefined)
    throw new Error(
      `is not valid UTF-8 in line ${lineAt(text, wrong)}, possibly because it is Windows-1252 or Latin-1`,
    );
  return text;
}

function decodeUtf16(bytes: Buffer, isLittle: boolean): string {
  if (bytes.length % 2 === 1) throw new Error('starts as UTF-16 but ends inside a character');
  const text = (isLittle ? bytes : Buffer.from(bytes).swap16()).toString('utf16le');
  if (/\p{Surrogate}|\0/u.test(text)) throw new Error('starts as UTF-16 but contains invalid characters');
  return text;
}

/** Index of the first replacement character that decoding put in the place of invalid bytes; the text may also contain valid ones. */
function firstInvalid(text: string, bytes: Buffer): number | undefined {
  if (Buffer.from(text).equals(bytes)) return undefined;
  for (let at = text.indexOf('\ufffd'); at !== -1; at = text.indexOf('\ufffd', at + 1)) {
    const offset = Buffer.byteLength(text.slice(0, at));
    if (!bytes.subarray(offset, offset + 3).equals(Buffer.from('\ufffd'))) return at;
  }
  return 0;
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split(/\r\n?|\n/).length;
