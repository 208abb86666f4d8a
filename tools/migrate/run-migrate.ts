import { product } from '../../config/product.js';
import { continueWhenOutputCloses, endWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { settingsOrExit } from '../../platform/settings/entry.js';
import { runProgram } from '../cli/command-line.mjs';
import { databaseSettings, type FindDatabase } from '../keys/database-settings.js';
import { program, runCommand } from './cli.js';

/**
 * Runs the command line of this process and sets the exit code.
 * @param findDatabase - finds a database if the settings have no password. @default - the settings are invalid
 */
export function runMigrate(findDatabase?: FindDatabase): Promise<void> {
  endWhenOutputCloses();
  return runProgram(program, (request) => {
    if (request.command !== 'status') continueWhenOutputCloses();
    const processes = ['migrate'] as const;
    let isOwn = false;
    const settings = findDatabase
      ? databaseSettings(
          (folder) => {
            isOwn = true;
            return findDatabase(folder);
          },
          { processes },
        )
      : settingsOrExit(product, { processes });
    return runCommand(request, settings, (line) => process.stdout.write(`${line}\n`), isOwn);
  });
}
