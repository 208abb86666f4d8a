import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type RecordedHistory, recordedHistories } from '../../platform/testing/support/histories.js';

/** Rejects if the current code does something else than the history. */
export type Replay = (history: unknown, workflowId: string) => Promise<void>;

export interface Taken {
  /** The folder that the tests have written to. */
  readonly from: string;
  readonly to: string;
  readonly isChosen: (recording: RecordedHistory) => boolean;
  readonly replace: boolean;
  readonly replay: Replay;
}

/**
 * Takes over the chosen recordings that are missing, with `replace` also those that exist. Removes none.
 * @returns a line for each recording that the tests made, and for each chosen recording that they did not make
 */
export async function takeRecordings({ from, to, isChosen, replace, replay }: Taken): Promise<string[]> {
  mkdirSync(to, { recursive: true });
  const made = byRecording(recordedHistories(from).filter(isChosen));
  const kept = byRecording(recordedHistories(to).filter(isChosen));
  const lines: string[] = [];
  for (const [recording, executions] of made) {
    const previous = kept.get(recording);
    if (previous && !replace) lines.push(`${recording}: left as it is`);
    else {
      lines.push(`${recording}: ${previous ? await describeReplaced(previous, replay) : 'recorded'}`);
      for (const { name } of previous ?? []) rmSync(join(to, `${name}.json`));
      for (const { name } of executions) copyFileSync(join(from, `${name}.json`), join(to, `${name}.json`));
    }
  }
  for (const recording of kept.keys())
    if (!made.has(recording)) lines.push(`${recording}: left as it is; no test records it any more`);
  return lines;
}

const byRecording = (all: readonly RecordedHistory[]): Map<string, RecordedHistory[]> => {
  const found = new Map<string, RecordedHistory[]>();
  for (const one of all) found.set(one.recording, [...(found.get(one.recording) ?? []), one]);
  return found;
};

/** Says whether workflows that began as the previous recording did survive the current code. */
async function describeReplaced(previous: readonly RecordedHistory[], replay: Replay): Promise<string> {
  try {
    for (const { history, workflowId } of previous) await replay(history, workflowId);
    return 'replaced; the previous recording still replays';
  } catch {
    const files = previous.map(({ name }) => `test/histories/${name}.json`);
    return `replaced; the previous recording does NOT replay: running workflows that began on the old code would fail.
  If there may be any, run git restore ${files.join(' ')} and put the change behind patched() (docs/workflows.md)`;
  }
}
