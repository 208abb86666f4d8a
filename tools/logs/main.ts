import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { validate as isUuid } from 'uuid';
import { product } from '../../config/product.js';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { endWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { environmentOrExit } from '../../platform/settings/entry.js';
import { projectRoot } from '../../platform/settings/project.js';
import { runProgram, wholeNumber } from '../cli/command-line.mjs';
import type { Program } from '../cli/program.js';
import { postgresAccount } from '../start/account.js';
import { dataFolderPath } from '../start/data-folder.js';
import { followLogs, partsIn, printLogs } from './embedded-logs.js';

function runId(text: string): string {
  if (isUuid(text)) return text.toLowerCase();
  throw new Error(`${text} is not the id of a run, such as 0199a2c4-7b1e-7c3a-9d51-2f6c8e4b7a10`);
}

const program = {
  call: 'npm run logs --',
  summary: `Prints the logs of the platform that npm start or npm run dev runs in this clone, or ran last. If ATLAS_STAGE names a stage, or
this clone has not run the platform, prints the logs of the stage's containers.`,
  argument: { name: 'part' },
  options: {
    follow: { short: 'f', help: 'Keep printing new lines until Ctrl-C' },
    tail: { value: 'N', parse: wholeNumber(0), default: '100', help: 'Last lines of each part' },
    run: { value: 'ID', parse: runId, help: 'Only the lines that name this run, of all parts' },
    json: { help: 'Print the lines as they are in the logs, without their part' },
    embedded: { help: 'The logs of this clone, even if ATLAS_STAGE is set', excludes: 'stage' },
    stage: { help: 'The logs of the stage ATLAS_STAGE (default dev), as they are' },
  },
  notes: `PART is one of the logs: api, worker, temporal, postgres, supervisor; of a stage, a part that npm run status lists.

Exit codes
  0    Done
  1    Failed: the message says what is wrong and what to do
  64   Wrong command line
  78   Invalid settings`,
} as const satisfies Program;

endWhenOutputCloses();
await runProgram(program, async ({ part, follow, tail, run, json, embedded, stage }) => {
  const env = environmentOrExit(product);
  const folder = join(
    dataFolderPath({ projectRoot, account: postgresAccount(projectRoot), folder: env['ATLAS_DATA_DIR'] }),
    'logs',
  );
  if (!embedded && (stage || env['ATLAS_STAGE'] || !existsSync(folder))) {
    // Only a stage needs the settings of a deployment.
    const { exitAfterOutput, runCommand } = await import('../deploy/run-command.js');
    process.exitCode = await runCommand({ command: 'logs', part, follow, tail, run });
    return exitAfterOutput();
  }
  const parts = partsIn(folder, part);
  const options = { folder, parts, run, json, write: (line: string) => void process.stdout.write(`${line}\n`) };
  const { ends, found } = await printLogs({ ...options, tail });
  if (follow) await followLogs({ ...options, ends });
  else if (run !== undefined && found === 0 && tail > 0) {
    throw new CommandFault(`No lines of run ${run} in ${folder}`, { code: 'no-logs' });
  }
  return undefined;
});
