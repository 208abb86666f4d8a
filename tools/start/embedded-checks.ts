import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../platform/settings/project.js';
import type { Environment } from '../../platform/settings/settings.js';
import { SettingsInvalid } from '../../platform/settings/settings.js';
import type { Check } from '../cli/check.js';
import { nearestExisting } from '../cli/nearest-existing.js';
import { isFree } from '../cli/port-free.js';
import { isRunning } from '../cli/processes.mjs';
import { postgresAccount } from './account.js';
import { asUnusable, dataFolderPath, diskRemark } from './data-folder.js';
import { type EmbeddedSettings, embeddedFaults, portRequests } from './embedded-settings.js';
import { cloneFault, installReason, nodeFault, temporaryFault } from './install.mjs';
import { findPostgres } from './postgres/binaries.js';
import { readRunRecord } from './supervisor/run-file.js';
import { findTemporalCli, localSources, TemporalCliNotFound } from './temporal-cli/find.js';

export interface EmbeddedChecksInput {
  readonly settings: EmbeddedSettings;
  readonly env: Environment;
}

/** What `npm start` needs on this machine. The checks create, download and start nothing. */
export const embeddedChecks = (input: EmbeddedChecksInput): readonly Check[] => [
  { title: 'Node.js', run: async () => nodeIsSupported() },
  { title: 'Settings', run: async () => settingsAreValid(input) },
  { title: 'Data folder', run: async () => dataFolderIsUsable(input) },
  { title: 'PostgreSQL', run: async () => postgresIsInstalled() },
  { title: 'Temporal CLI', run: () => temporalCliIsInstalled(input) },
  { title: 'Ports', run: () => portsAreFree(input) },
];

function nodeIsSupported(): string {
  const fault = nodeFault() ?? cloneFault(projectRoot) ?? temporaryFault();
  if (fault !== undefined) throw new Error(fault);
  const missing = installReason(projectRoot);
  if (missing !== undefined) throw new Error(`${missing}: run npm ci`);
  return `${process.versions.node}, packages match package-lock.json`;
}

function settingsAreValid({ settings }: EmbeddedChecksInput): string {
  const faults = embeddedFaults(settings);
  if (faults.length > 0) throw new SettingsInvalid(faults);
  return 'valid';
}

function dataFolderIsUsable(input: EmbeddedChecksInput): string {
  const root = dataFolderOf(input);
  try {
    accessSync(nearestExisting(root), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw asUnusable(root, error);
  }
  const remark = diskRemark(nearestExisting(root));
  if (remark !== undefined)
    throw new Error(`${remark} Free some space, or set ATLAS_DATA_DIR to a folder on another disk`);
  return root;
}

function postgresIsInstalled(): string {
  const account = postgresAccount(projectRoot);
  findPostgres(account);
  return `binaries for ${process.platform}-${process.arch}${account ? `, run as ${account.name}` : ''}`;
}

async function temporalCliIsInstalled({ settings, env }: EmbeddedChecksInput): Promise<string> {
  try {
    const options = { explicitPath: settings.TEMPORAL_CLI_PATH, env };
    const { path, version } = await findTemporalCli(options, localSources);
    return `${version}, ${path}`;
  } catch (error) {
    if (!(error instanceof TemporalCliNotFound)) throw error;
    return 'not installed: the first start downloads it';
  }
}

/** Ports that the user set must be free; default ports move. */
async function portsAreFree(input: EmbeddedChecksInput): Promise<string> {
  const record = readRunRecord(join(dataFolderOf(input), 'run.json'));
  if (record && isRunning(record.launcher)) return 'in use by this clone: npm start is running';
  const requests = Object.values(portRequests(input.settings, input.env));
  const looks = await Promise.all(
    requests.map(async (request) => ({ ...request, free: await isFree(request.host, request.port) })),
  );
  const taken = looks.filter(({ free, set }) => !free && set);
  if (taken.length > 0)
    throw new Error(
      taken
        .map(({ port, variable }) => `Port ${port}, set by ${variable}, is in use: set ${variable} to another port`)
        .join('\n'),
    );
  const moved = looks
    .filter(({ free }) => !free)
    .map(({ title, port }) => `${title} moves from ${port} to the next free port`);
  return moved.length > 0 ? moved.join(', ') : 'free';
}

const dataFolderOf = ({ settings }: EmbeddedChecksInput): string =>
  dataFolderPath({ projectRoot, account: postgresAccount(projectRoot), folder: settings.ATLAS_DATA_DIR });
