import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../platform/settings/project.js';

/** The folder of the recorded histories: one file per way through a workflow, in Temporal's JSON. */
export const historiesFolder = join(projectRoot, 'test/histories');

export interface RecordedHistory {
  /** Name of the file without its extension. */
  readonly name: string;
  readonly workflowId: string;
  readonly history: {
    readonly events: readonly { readonly workflowExecutionStartedEventAttributes?: { readonly workflowId: string } }[];
  };
}

export const recordedHistories = (): RecordedHistory[] =>
  readdirSync(historiesFolder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const history = JSON.parse(readFileSync(join(historiesFolder, file), 'utf8')) as RecordedHistory['history'];
      const workflowId = history.events[0]?.workflowExecutionStartedEventAttributes?.workflowId;
      if (workflowId === undefined) throw new Error(`${file} does not begin with the start of a workflow`);
      return { name: file.slice(0, -'.json'.length), workflowId, history };
    });
