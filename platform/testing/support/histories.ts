import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { projectRoot } from '../../settings/project.js';

/** The folder of the recorded histories: a file per execution, in Temporal's JSON. */
export const historiesFolder = join(projectRoot, 'test/histories');

/** Variable with which `npm run record:histories` passes the tests the folder for their recordings. */
export const recordingVariable = 'TEST_RECORDINGS';

interface Started {
  readonly workflowId: string;
  readonly workflowType: { readonly name: string };
}

export interface RecordedHistory {
  /** Name of the file without its extension; the second execution of a workflow that continued as new is `name.2`. */
  readonly name: string;
  /** The same for all executions. */
  readonly recording: string;
  readonly workflow: string;
  readonly workflowId: string;
  readonly history: { readonly events: readonly { readonly workflowExecutionStartedEventAttributes?: Started }[] };
}

export const recordedHistories = (folder: string = historiesFolder): RecordedHistory[] =>
  (existsSync(folder) ? readdirSync(folder) : [])
    .filter((file) => file.endsWith('.json'))
    .map((file) => readRecording(folder, file.slice(0, -'.json'.length)));

function readRecording(folder: string, name: string): RecordedHistory {
  const history = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as RecordedHistory['history'];
  const started = history.events[0]?.workflowExecutionStartedEventAttributes;
  if (started === undefined) throw new Error(`${name}.json does not begin with the start of a workflow`);
  const { workflowId, workflowType } = started;
  return { name, recording: name.replace(/\.\d+$/, ''), workflow: workflowType.name, workflowId, history };
}

/** Records the history of an ended workflow, or checks that it is recorded: see `TestTemporal`. */
export async function recordHistory({ workflow: client }: Client, workflowId: string, way: string): Promise<void> {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(way)) throw new Error(`The name ${JSON.stringify(way)} is not kebab-case`);
  const { type, status } = await client.getHandle(workflowId).describe();
  if (status.name === 'RUNNING')
    throw new Error(`${workflowId} has not ended: call recordHistory after it has returned its result`);
  const recording = `${type}-${way}`;
  const folder = process.env[recordingVariable];
  if (folder !== undefined) await writeRecording(client, workflowId, folder, recording);
  else checkRecording(type, recording);
}

function checkRecording(workflow: string, recording: string): void {
  const file = `test/histories/${recording}.json`;
  if (!existsSync(join(historiesFolder, `${recording}.json`)))
    throw new Error(`${file} is missing. Record it: npm run record:histories -- ${workflow}`);
  const other = readRecording(historiesFolder, recording).workflow;
  if (other !== workflow) throw new Error(`${file} is a recording of ${other}: choose another name for this one`);
}

/** Writes a file per execution: a workflow that continues as new has several. */
async function writeRecording(client: Client['workflow'], workflowId: string, folder: string, recording: string) {
  const last = await client.getHandle(workflowId).fetchHistory();
  let runId = last.events?.[0]?.workflowExecutionStartedEventAttributes?.firstExecutionRunId;
  mkdirSync(folder, { recursive: true });
  for (let count = 1; runId; count += 1) {
    const history = await client.getHandle(workflowId, runId).fetchHistory();
    const file = join(folder, `${recording}${count === 1 ? '' : `.${count}`}.json`);
    writeFileSync(file, `${JSON.stringify(JSON.parse(historyToJSON(history)), anonymous, 2)}\n`);
    runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
}

/** The identity of the recording process does not matter. */
const anonymous = (key: string, value: unknown) => (key === 'identity' ? 'recorded' : value);
