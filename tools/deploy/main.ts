import { endWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { runProgram } from '../cli/command-line.mjs';
import { program } from './command-line.js';
import { exitAfterOutput, runCommand } from './run-command.js';

endWhenOutputCloses();
await runProgram(program, runCommand);
await exitAfterOutput();
