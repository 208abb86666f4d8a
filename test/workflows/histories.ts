import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../platform/settings/project.js';

/** The folder of the recorded histories: one file per way through a workflow, in Temporal's JSON. */
export const historiesFolder = join(projectRoot, 'test/histories');

interface Started {
  readonly workflowId: string;
  readonly workflowType: { readonly name: string };
}

export interface RecordedHistory {
  /** Name of the file without its extension. */
  readonly name: string;
  readonly workflow: string;
  readonly workflowId: string;
  readonly history: { readonly events: readonly { readonly workflowExecutionStartedEventAttributes?: Started }[] };
}

export const recordedHistories = (folder: string = historiesFolder): RecordedHistory[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const history = JSON.parse(readFileSync(join(folder, file), 'utf8')) as RecordedHistory['history'];
      const started = history.events[0]?.workflowExecutionStartedEventAttributes;
      if (started === undefined) throw new Error(`${file} does not begin with the start of a workflow`);
      const { workflowId, workflowType } = started;
      return { name: file.slice(0, -'.json'.length), workflow: workflowType.name, workflowId, history };
    });
