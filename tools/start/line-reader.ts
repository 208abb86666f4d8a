import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

const readBytes = 256 * 1024;

/**
 * Reads a file that grows, and begins anew if it has become shorter.
 * @param from - the byte at which the first call begins
 * @returns a function that returns the complete lines that were added since its last call, of at most 256 KiB
 */
export function createLineReader(file: string, from = 0): () => string[] {
  let position = from;
  let rest = '';
  let decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(readBytes);
  return () => {
    let descriptor: number;
    try {
      descriptor = openSync(file, 'r');
    } catch {
      // The process has not started yet.
      return [];
    }
    try {
      if (fstatSync(descriptor).size < position) {
        position = 0;
        rest = '';
        decoder = new StringDecoder('utf8');
      }
      const length = readSync(descriptor, buffer, 0, buffer.length, position);
      position += length;
      const lines = (rest + decoder.write(buffer.subarray(0, length))).split('\n');
      rest = lines.pop() ?? '';
      return lines;
    } finally {
      closeSync(descriptor);
    }
  };
}
