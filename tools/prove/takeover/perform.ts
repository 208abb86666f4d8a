import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { until } from '../../../platform/testing/support/until.js';
import { applyHunk, type Guide, GuideFault, isServer, missingLines, type Step } from './guide.js';
import { openTerminal, type Place, type Terminal } from './terminal.js';

/** A changed platform may still be restarting: longest time until requests are answered as the guide says, in milliseconds. */
const settledMs = 90_000;

/**
 * Performs a guide as a reader does who types every command and makes every change.
 * @throws {GuideFault} names the guide, the line, and what differs
 */
export async function performGuide({ path, steps }: Guide, place: Place): Promise<void> {
  const terminal = openTerminal(place);
  try {
    for (const step of steps) {
      place.signal.throwIfAborted();
      await perform(step, place, terminal, (line, what) => new GuideFault(path, line, what));
    }
  } finally {
    await terminal.close();
  }
}

type Fault = (line: number, what: string) => GuideFault;

async function perform(step: Step, place: Place, terminal: Terminal, fault: Fault): Promise<void> {
  if (step.kind === 'run') return performCommands(step, place, terminal, fault);
  const file = matching(join(place.folder, step.file));
  if (step.kind === 'write') {
    if (existsSync(file) !== step.exists)
      throw fault(step.line, `${step.file} ${step.exists ? 'does not exist' : 'already exists'}`);
    mkdirSync(dirname(file), { recursive: true });
    return writeFileSync(file, step.text);
  }
  if (!existsSync(file)) throw fault(step.line, `${step.file} does not exist`);
  let text = readFileSync(file, 'utf8');
  for (const hunk of step.hunks) {
    try {
      text = applyHunk(text, hunk);
    } catch (error) {
      throw fault(hunk.line, `${step.file}: ${(error as Error).message}\nThe file:\n${text}`);
    }
  }
  writeFileSync(file, text);
}

/** A star stands for what a reader does not know before, such as the time in the name of a migration. */
function matching(file: string): string {
  const [begin, end] = basename(file).split('*');
  if (end === undefined || begin === undefined || !existsSync(dirname(file))) return file;
  const found = readdirSync(dirname(file)).filter((name) => name.startsWith(begin) && name.endsWith(end));
  return found.length === 1 ? join(dirname(file), found[0] ?? '') : file;
}

async function performCommands(
  { line, commands, output: expected }: Step & { kind: 'run' },
  place: Place,
  terminal: Terminal,
  fault: Fault,
): Promise<void> {
  const type = async () => {
    let output = '';
    for (const command of commands) {
      const failed = (error: Error) => {
        throw fault(command.line, error.message);
      };
      output += await (isServer(command.text) ? terminal.start(command.text) : terminal.run(command.text)).catch(
        failed,
      );
      await place.passed?.(command.text);
    }
    const missing = missingLines(expected, output);
    if (missing.length > 0) throw fault(line, `the output lacks\n${missing.join('\n')}\nThe output:\n${output}`);
  };
  // A reader repeats a request if the platform has not yet restarted after a change.
  if (!commands.every(({ text }) => /\bcurl\b/.test(text))) return type();
  let last: unknown;
  const succeeds = () =>
    type().then(
      () => true,
      (error: unknown) => {
        place.signal.throwIfAborted();
        last = error;
        return false;
      },
    );
  await until('the expected answer', succeeds, settledMs).catch((error: unknown) => {
    throw last ?? error;
  });
}
