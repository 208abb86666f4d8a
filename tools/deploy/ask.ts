import { createInterface } from 'node:readline/promises';
import { CommandFault } from '../cli/faults.js';

/**
 * Asks a person to type a word before something that cannot be undone.
 * @throws {CommandFault} another answer came, or there is nobody to ask
 */
export async function askFor(word: string, question: string, signal: AbortSignal): Promise<void> {
  if (!process.stdin.isTTY) throw new CommandFault(`${question} There is nobody to ask: say --yes if that is meant`);
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  // Ctrl-C at the question is an answer too.
  reader.once('SIGINT', () => reader.close());
  try {
    const answer = await Promise.race([
      reader.question(`${question} Type ${word} to go on: `, { signal }),
      new Promise<string>((resolve) => reader.once('close', () => resolve(''))),
    ]);
    if (answer.trim() !== word) throw new CommandFault('Nothing was removed.');
  } finally {
    reader.close();
  }
}
