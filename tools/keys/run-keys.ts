import { userInfo } from 'node:os';
import { product } from '../../config/product.js';
import { createApiKeysRepository } from '../../platform/database/api-keys-repository.js';
import { connectWithRetry } from '../../platform/database/connect-with-retry.js';
import { createDatabase } from '../../platform/database/connection.js';
import { continueWhenOutputCloses, endWhenOutputCloses } from '../../platform/service/closed-output.mjs';
import { loadEnvironment } from '../../platform/settings/environment.js';
import { exitCodeUsage } from '../../platform/settings/names.js';
import { Screen } from '../cli/screen.js';
import { readCommandLine, UsageFault, usage } from './cli.js';
import { runRequest } from './commands.js';
import { databaseSettings, type FindDatabase } from './database-settings.js';

/** @param findDatabase - the database to use when the settings have no password. @default - the command fails then */
async function run(findDatabase?: FindDatabase): Promise<void> {
  endWhenOutputCloses();
  const request = readCommandLine(process.argv.slice(2));
  if (request.command === 'ensure' || request.command === 'revoke') continueWhenOutputCloses();
  if (request.command === 'help') {
    process.stdout.write(usage);
    return;
  }
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
}

/** A container may run as a user that has no name there. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.());
  }
}

/** Runs the command of this process's command line, and sets the exit code that the usage explains. */
export const runKeys = (findDatabase?: FindDatabase): Promise<void> =>
  run(findDatabase).catch((error: Error) => {
    const isUsage = error instanceof UsageFault;
    // An error without a code of ours is a fault in the program: where it arose is what is needed then.
    process.stderr.write(`${'code' in error ? error.message : error.stack}\n${isUsage ? `\n${usage}` : ''}`);
    process.exitCode = isUsage ? exitCodeUsage : 1;
  });
