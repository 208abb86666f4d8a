import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { Writable as Sink } from 'node:stream';
import { CommandFault } from '../../platform/errors/command-fault.js';

/** Longest value, in bytes; a longer input is probably the wrong file. */
const longestBytes = 64 * 1024;

export type Input = Readable & { readonly isTTY?: boolean };

/**
 * Reads a secret. On a terminal, asks for it and does not show it. Otherwise reads the whole input, without its last line break.
 * @param prompt - receives the question
 * @throws {CommandFault} the value is empty, too long, or not UTF-8; or Ctrl-C at the question
 */
export async function readValue(name: string, input: Input, prompt: Writable): Promise<string> {
  const value = input.isTTY ? await ask(name, input, prompt) : decode(name, await readAll(name, input));
  if (value === '') throw new CommandFault(`The value of ${name} is empty. Give it on standard input`);
  return value;
}

async function ask(name: string, input: Readable, prompt: Writable): Promise<string> {
  prompt.write(`Value of ${name} (not shown): `);
  // readline would show what is typed.
  const output = new Sink({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input, output, terminal: true });
  const stopped = new AbortController();
  reader.once('SIGINT', () => stopped.abort()).once('close', () => stopped.abort());
  try {
    return await reader.question('', { signal: stopped.signal });
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
    throw new CommandFault(`Stopped. ${name} is unchanged`, { cause: error });
  } finally {
    reader.close();
    prompt.write('\n');
  }
}

async function readAll(name: string, input: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input as AsyncIterable<Buffer | string>) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > longestBytes)
      throw new CommandFault(`The value of ${name} has more than ${longestBytes} bytes: is it the wrong file?`);
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}

function decode(name: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '');
  } catch (error) {
    throw new CommandFault(`The value of ${name} is not valid UTF-8. Encode it, for example with base64`, {
      cause: error,
    });
  }
}
