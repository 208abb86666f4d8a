import { createInterface } from 'node:readline/promises';
import { CommandFault } from '../cli/faults.js';

/**
 * Asks the user to confirm with a word.
 * @throws {CommandFault} the answer is another word, or there is no terminal
 */
export async function confirm(word: string, question: string, signal: AbortSignal): Promise<void> {
  if (!process.stdin.isTTY)
    throw new CommandFault(`${question} There is no terminal for a confirmation: add --yes to confirm`);
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  // Ctrl-C at the question counts as an answer.
  reader.once('SIGINT', () => reader.close());
  try {
    const answer = await Promise.race([
      reader.question(`${question} Type ${word} to continue: `, { signal }),
      new Promise<string>((resolve) => reader.once('close', () => resolve(''))),
    ]);
    if (answer.trim() !== word) throw new CommandFault('Nothing was removed.');
  } finally {
    reader.close();
  }
}
