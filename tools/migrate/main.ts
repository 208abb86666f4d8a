import { product } from '../../config/product.js';
import { continueWhenOutputCloses, endWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { settingsOrExit } from '../../platform/settings/entry.js';
import { runProgram } from '../cli/command-line.mjs';
import { program, runCommand } from './cli.js';

endWhenOutputCloses();
await runProgram(program, (request) => {
  if (request.command !== 'status') continueWhenOutputCloses();
  const settings = settingsOrExit(product, { processes: ['migrate'] });
  return runCommand(request, settings, (line) => process.stdout.write(`${line}\n`));
});
