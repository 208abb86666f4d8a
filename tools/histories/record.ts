/** Records the ways that the arguments name, on the servers that `tools/test/suite.ts` started. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { continueWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { projectRoot } from '../../platform/settings/project.js';
import { replayHistory } from '../../platform/testing/support/replay.js';
import { createTestTemporal, type TestTemporal } from '../../platform/testing/support/temporal.js';
import { historiesFolder } from '../../test/workflows/histories.js';
import { allWays, type NamedWay } from './all-ways.js';

/** A way ends within this time, or it waits for something that it does not send. */
const longestMs = 30_000;

async function record(named: NamedWay): Promise<void> {
  const temporal = await createTestTemporal('product');
  try {
    await temporal.startWorkers(named.ways.activities);
    const { status, histories } = await run(temporal, named);
    for (const [index, history] of histories.entries()) {
      const file = fileOf(named.recording, index);
      const end = index === 0 ? status : `continued ${index}`;
      const did = existsSync(file) ? await describeReplaced(file) : 'recorded';
      writeFileSync(file, history);
      process.stdout.write(`${named.recording} (${end}): ${did}\n`);
    }
    for (let index = histories.length; existsSync(fileOf(named.recording, index)); index += 1)
      rmSync(fileOf(named.recording, index));
  } finally {
    await temporal.close();
  }
}

/** @param index - of the execution in its chain */
const fileOf = (recording: string, index: number): string =>
  join(historiesFolder, `${recording}${index === 0 ? '' : `.${index + 1}`}.json`);

/** @returns the histories of all executions: a workflow that continues as new has several */
async function run(temporal: TestTemporal, { ways: { definition }, way }: NamedWay) {
  const workflowId = `${definition.name}-${randomUUID()}`;
  let execution = await temporal.engine.start(definition, { workflowId, input: way.input });
  await way.meanwhile?.(workflowId, temporal.engine);
  const outcome = await temporal.engine.result(workflowId, longestMs);
  if (!outcome)
    throw new CommandFault(`It did not end within ${longestMs / 1000} s${await waitsFor(temporal, workflowId)}`);
  const histories: string[] = [];
  while (execution) {
    const history = await temporal.client.workflow.getHandle(workflowId, execution).fetchHistory();
    histories.push(`${JSON.stringify(JSON.parse(historyToJSON(history)), anonymous, 2)}\n`);
    execution = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return { status: outcome.status, histories };
}

/** The identity of the recording process does not matter. */
const anonymous = (key: string, value: unknown) => (key === 'identity' ? 'recorded' : value);

async function waitsFor({ client }: TestTemporal, workflowId: string): Promise<string> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  const failures = raw.pendingActivities?.map(
    ({ activityType, lastFailure }) => `; activity ${activityType?.name}: ${lastFailure?.message ?? 'no failure'}`,
  );
  return failures?.join('') || '; send what it waits for in `meanwhile`';
}

/** Says whether workflows that began as the previous recording did survive the current code. */
async function describeReplaced(file: string): Promise<string> {
  try {
    await replayHistory(JSON.parse(readFileSync(file, 'utf8')));
    return 'replaced; the previous recording still replays';
  } catch {
    return `replaced; the previous recording does NOT replay: running workflows that began on the old code would fail.
  If there may be any, run git restore ${relative(projectRoot, file)} and put the change behind patched() (docs/workflows.md)`;
  }
}

continueWhenOutputCloses();
const names = process.argv.slice(2);
mkdirSync(historiesFolder, { recursive: true });
for (const way of await allWays()) {
  if (!names.includes(way.recording)) continue;
  await record(way).catch((error: NodeJS.ErrnoException) => {
    // An error without a code is a defect, of the way perhaps: its stack shows where.
    process.stderr.write(`${way.recording} is not recorded: ${error.code ? error.message : error.stack}\n`);
    process.exitCode = 1;
  });
}
