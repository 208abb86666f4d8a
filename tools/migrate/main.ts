import { continueWhenOutputCloses, endWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { settingsOrExit } from '../../platform/settings/entry.js';
import { parseCommand, runCommand, UsageFault, usage } from './cli.js';

/** Exit code for a command line that cannot be understood (EX_USAGE of sysexits.h). */
const exitCodeUsage = 64;

async function main(): Promise<number> {
  endWhenOutputCloses();
  const command = parseCommand(process.argv.slice(2));
  if (command.name === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  if (command.name !== 'status') continueWhenOutputCloses();
  const settings = settingsOrExit();
  return runCommand(command, settings, (line) => process.stdout.write(`${line}\n`));
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: Error) => {
    const isUsage = error instanceof UsageFault;
    // An error without a code of ours is a fault in the program: where it arose is what is needed then.
    process.stderr.write(`${'code' in error ? error.message : error.stack}\n${isUsage ? `\n${usage}` : ''}`);
    process.exitCode = isUsage ? exitCodeUsage : 1;
  },
);
