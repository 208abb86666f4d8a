import { mkdirSync, writeFileSync } from 'node:fs';
import { runCommand } from '../run-command.js';

/** Packages that only the benchmark uses, so that they are no dependencies of the project. */
const packages = ['@dbos-inc/dbos-sdk@5.3.0'];

/**
 * Installs the packages of the peers, without their scripts.
 * @param folder - does not exist yet
 */
export async function installPeers(folder: string, signal: AbortSignal): Promise<void> {
  mkdirSync(folder);
  writeFileSync(`${folder}/package.json`, '{ "private": true }');
  await runCommand('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], {
    cwd: folder,
    signal,
  });
}
