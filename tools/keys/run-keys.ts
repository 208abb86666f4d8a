import { userInfo } from 'node:os';
import { product } from '../../config/product.js';
import { createApiKeysRepository } from '../../platform/database/api-keys-repository.js';
import { connectWithRetry } from '../../platform/database/connect-with-retry.js';
import { createDatabase } from '../../platform/database/connection.js';
import { continueWhenOutputCloses, endWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { loadEnvironment } from '../../platform/settings/environment.js';
import { runProgram } from '../cli/command-line.mjs';
import { Screen } from '../cli/screen.js';
import { program } from './cli.js';
import { runRequest } from './commands.js';
import { databaseSettings, type FindDatabase } from './database-settings.js';

/**
 * Runs the command line of this process and sets the exit code.
 * @param findDatabase - finds a database if the settings have no password. @default - the command fails
 */
export function runKeys(findDatabase?: FindDatabase): Promise<void> {
  endWhenOutputCloses();
  return runProgram(program, async (request) => {
    if (request.command === 'ensure' || request.command === 'revoke') continueWhenOutputCloses();
    const settings = databaseSettings(findDatabase);
    const sequelize = createDatabase(
      { ...settings, POSTGRES_POOL_MAX: 1 },
      { applicationName: product.applicationName('keys') },
    );
    const remark = (line: string) => process.stderr.write(`${line}\n`);
    try {
      const logger = { info: (_fields: object, message = '') => remark(message) };
      await connectWithRetry(sequelize, { timeoutMs: settings.POSTGRES_STARTUP_TIMEOUT_MS, logger });
      const keys = createApiKeysRepository(sequelize);
      const screen = new Screen(process.stdout, loadEnvironment());
      await runRequest(request, { keys, caller: `cli:${userName()}`, screen, remark });
    } finally {
      await sequelize.close();
    }
  });
}

/** The name of the user, or the uid of a container's user without a name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.());
  }
}
