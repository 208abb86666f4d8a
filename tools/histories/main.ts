/** `npm run record:histories`: runs tests that record histories, which `test/workflows/replay.test.ts` replays with the current code. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { endWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { projectRoot } from '../../platform/settings/project.js';
import { historiesFolder, recordedHistories, recordingVariable } from '../../platform/testing/support/histories.js';
import { workflows } from '../../workflows/index.js';
import { oneOf, runProgram, UsageError } from '../cli/command-line.mjs';
import type { Program } from '../cli/program.js';
import { recordingTests } from './recording-tests.js';
import { type Replay, takeRecordings } from './take-recordings.js';

const program = {
  call: 'npm run record:histories --',
  summary: `Runs the tests that call recordHistory, and writes the histories of their workflows to test/histories/. npm test replays
them. Writes only what is missing, and nothing if a test fails.`,
  argument: { name: 'name' },
  options: { replace: { help: 'Record NAME again, although its recordings exist' } },
  notes: `NAME is a workflow, tested in test/workflows/NAME.test.ts, or one of its recordings, such as approval-approved. Without it, all
are recorded.

A recording shows how running workflows began. If it does not replay on changed code, those workflows fail too: put the change
behind patched() and record another name (docs/workflows.md). Use --replace only if no workflow of the old code is running
anywhere. A recording that no test makes any more stays.

Exit codes: 0 done, 1 failed, 64 wrong command line`,
} as const satisfies Program;

endWhenOutputCloses();
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Loads Temporal's runtime, which ends with its last replay and would otherwise keep this process running. */
const replay: Replay = async (...history) => {
  const { replayHistory } = await import('../../platform/testing/support/replay.js');
  await replayHistory(...history);
};

await runProgram(program, async ({ name, replace }) => {
  if (replace && name === undefined) throw new UsageError('--replace needs the NAME of a workflow or of one recording');
  const kept = recordedHistories();
  const workflow = name === undefined ? undefined : await workflowOf(name, kept);
  const { onServers } = await import('../test/suite.js');
  const { runAva } = await import('../test/run-ava.js');
  const folder = mkdtempSync(join(tmpdir(), 'atlas-histories-'));
  try {
    return await onServers(async (env, interrupted) => {
      const tests = recordingTests(projectRoot, workflow);
      const code = await runAva(tests, { ...env, [recordingVariable]: folder }, interrupted);
      if (code !== 0) {
        say('Nothing is recorded, because tests failed');
        return code;
      }
      process.env['TEST_PRODUCT_BUNDLE'] = env['TEST_PRODUCT_BUNDLE'];
      const isChosen = (one: { recording: string; workflow: string }) =>
        name === undefined || one.recording === name || one.workflow === name;
      const lines = await takeRecordings({
        from: folder,
        to: historiesFolder,
        isChosen,
        replace,
        replay,
      });
      for (const line of lines) say(line);
      if (lines.length > 0) return 0;
      throw new CommandFault(`No test records ${name}: call recordHistory in test/workflows/${workflow}.test.ts`);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** The workflow that `name` is, or is a recording of. @throws {UsageError} */
async function workflowOf(name: string, kept: ReturnType<typeof recordedHistories>): Promise<string> {
  const recorded = kept.find(({ recording }) => recording === name);
  if (recorded) return recorded.workflow;
  const catalogue = await workflows.catalogue();
  try {
    return oneOf([...catalogue.keys(), ...kept.map(({ workflow }) => workflow)])(name);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
