/**
 * `npm run record:histories`: runs ways through the workflows on a real server and writes their histories, which
 * `test/workflows/replay.test.ts` replays with the current code.
 */
import { endWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { recordedHistories } from '../../test/workflows/histories.js';
import { workflows } from '../../workflows/index.js';
import { runProgram } from '../cli/command-line.mjs';
import type { Program } from '../cli/program.js';
import { allWays } from './all-ways.js';
import { adviceFor, recordingsToWrite, withoutWay } from './plan.js';

const program = {
  call: 'npm run record:histories --',
  summary: `Records the histories of ways through workflows (test/workflows/*.ways.ts) in test/histories/. npm test replays them.
Writes only what is missing.`,
  argument: { name: 'name' },
  options: { replace: { help: 'Record NAME again, although its recording exists' } },
  notes: `NAME is a workflow or one recording, such as approval or approval-approved; without it, every way is recorded.

A recording shows how running workflows began. If it does not replay on changed code, those workflows fail too: put the change
behind patched() and add a way (docs/workflows.md). Use --replace only if no workflow of the old code is running anywhere.

Exit codes: 0 done, 1 failed, 64 wrong command line`,
} as const satisfies Program;

endWhenOutputCloses();
const say = (line: string) => process.stdout.write(`${line}\n`);

await runProgram(program, async ({ name, replace }) => {
  const all = {
    ways: await allWays(),
    workflows: [...(await workflows.catalogue()).keys()],
    recordings: recordedHistories().map((recorded) => recorded.name),
  };
  const names = recordingsToWrite(all, name, replace);
  let code = 0;
  if (names.length === 0)
    say(`Nothing to record: ${name ?? 'every way'} is recorded${name ? '; --replace records it again' : ''}`);
  else {
    const { recordHistories } = await import('../test/suite.js');
    code = await recordHistories(names);
  }
  const missing = name === undefined ? withoutWay(all) : [];
  for (const workflow of missing) process.stderr.write(`Not recorded: ${adviceFor(workflow)}\n`);
  return missing.length > 0 ? 1 : code;
});
