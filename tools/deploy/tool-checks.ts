import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { dockerProvider } from '../../infra/provider.js';
import type { Stage } from '../../infra/stage.js';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { type Check, runChecks } from '../cli/check.js';
import { timed } from '../cli/screen.js';
import type { CommandContext } from './command-context.js';
import { type Engine, EngineRefused } from './engine.js';
import { runTool } from './run-process.js';

type ToolChecksInput = { stage: Pick<Stage, 'name' | 'folder' | 'secretsFolder'>; engine: Engine };

/** For commands that need the engine only. */
export const engineCheck = ({ engine }: Pick<ToolChecksInput, 'engine'>): Check => ({
  title: 'Docker engine',
  run: () => engineResponds(engine),
});

/** For commands that must not touch another folder's stage with the same name. */
export const ownerCheck = (input: ToolChecksInput): Check => ({
  title: 'Stage ownership',
  run: () => stageIsOurs(input),
});

/** What Terraform needs on this machine for any stage. */
export const machineChecks = (input: Pick<ToolChecksInput, 'engine'>): readonly Check[] => [
  engineCheck(input),
  { title: 'Terraform', run: terraformIsNewEnough },
  { title: 'Terraform provider', run: providerIsAvailable },
];

/** For commands that use Terraform. */
export const toolChecks = (input: ToolChecksInput): readonly Check[] => [...machineChecks(input), ownerCheck(input)];

/** Runs all checks before anything changes, and reports all faults at once. @throws {CommandFault} */
export async function preflight({ screen, interrupts }: CommandContext, checks: readonly Check[]): Promise<void> {
  const titles = checks.map(({ title }) => title).join(', ');
  await screen.step(`Checking ${titles}`, timed(runAll(checks, interrupts[0])), () => `Checked: ${titles}`);
}

async function runAll(checks: readonly Check[], interrupt: AbortSignal): Promise<void> {
  const results = await runChecks(checks);
  interrupt.throwIfAborted();
  const errors = results.flatMap((result) => ('error' in result ? [result.error] : []));
  const defect = errors.find((error) => !(error instanceof CommandFault || error instanceof EngineRefused));
  if (defect) throw defect;
  // A missing engine is one fault, not one for each check.
  const faults = new Set(errors.map(({ message }) => message));
  if (faults.size > 0) throw new CommandFault([...faults].join('\n'));
}

/** Oldest tested engine, with API 1.41. */
const oldestEngine = [20, 10] as const;
const oldestTerraform = [1, 7] as const;

async function engineResponds(engine: Engine): Promise<string> {
  const host = await engine.host();
  if (!/^(unix|npipe):/.test(host))
    throw new CommandFault(
      `The Docker engine at ${host} is on another machine, but the stage's secrets are files on this one: run this command there, or unset DOCKER_HOST`,
    );
  const version = await engine.version();
  if (isOlder(version, oldestEngine))
    throw new CommandFault(`The Docker engine is version ${version}, older than 20.10: update it`);
  return `${version}, at ${host}`;
}

/** A stage of another clone or user may have the same name: its containers mount the secrets of another folder. */
async function stageIsOurs({ engine, stage }: ToolChecksInput): Promise<string> {
  const files = (await engine.containersOf(stage.name)).flatMap((container) => container.files);
  const secrets = files.filter((file) => basename(dirname(dirname(file))) === basename(stage.secretsFolder));
  const folders = new Set(secrets.map((file) => dirname(dirname(dirname(file)))));
  for (const folder of folders) {
    // Ignore folders that no longer exist, and the folder names of an engine in a virtual machine.
    if (folder === stage.folder || !existsSync(folder)) continue;
    throw new CommandFault(
      `The stage ${stage.name} on this engine was deployed from ${folder}: continue there, or set ATLAS_STAGE to another name`,
    );
  }
  return folders.size > 0 ? 'deployed from this folder' : 'not deployed yet';
}

async function terraformIsNewEnough(): Promise<string> {
  const { code, stdout, stderr } = await runTool('terraform', ['version', '-json']);
  if (code !== 0) throw new CommandFault(`terraform version failed: ${stderr.trim()}`);
  const { terraform_version: version } = JSON.parse(stdout) as { terraform_version: string };
  if (isOlder(version, oldestTerraform))
    throw new CommandFault(`Terraform is version ${version}, older than 1.7: update it`);
  return version;
}

export function isOlder(version: string, [major, minor]: readonly [number, number]): boolean {
  const [itsMajor = 0, itsMinor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return itsMajor < major || (itsMajor === major && itsMinor < minor);
}

const registry = 'registry.terraform.io';
const registryTimeoutMs = 5_000;

/** Whether the provider is in one of Terraform's plugin folders, or can be downloaded. */
async function providerIsAvailable(): Promise<string> {
  const { source, version } = dockerProvider;
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const folders = pluginFolders().map((folder) => join(folder, registry, source, version, platform));
  const found = folders.find((folder) => existsSync(folder) && readdirSync(folder).length > 0);
  if (found) return `${source} ${version}, from ${found}`;
  // Terraform's configuration may name a mirror: terraform init finds out.
  if (existsSync(cliConfig())) return `${source} ${version}, as configured in ${cliConfig()}`;
  // This program cannot use a proxy, but Terraform can.
  if (proxyVariables.some((name) => process.env[name])) return `${source} ${version}, through the proxy`;
  if (await registryResponds()) return `${source} ${version}, from ${registry}`;
  throw new CommandFault(
    `The provider ${source} ${version} is not in ${folders[0]}, and ${registry} cannot be reached: install the plugin there, or connect this machine to the registry`,
  );
}

const proxyVariables = ['HTTPS_PROXY', 'https_proxy'];

const pluginFolders = (): string[] => [
  join(homedir(), '.terraform.d/plugins'),
  join(process.env['XDG_DATA_HOME'] || join(homedir(), '.local/share'), 'terraform/plugins'),
  '/usr/local/share/terraform/plugins',
  '/usr/share/terraform/plugins',
];

const cliConfig = (): string => process.env['TF_CLI_CONFIG_FILE'] || join(homedir(), '.terraformrc');

async function registryResponds(): Promise<boolean> {
  try {
    const url = `https://${registry}/.well-known/terraform.json`;
    return (await fetch(url, { signal: AbortSignal.timeout(registryTimeoutMs) })).ok;
  } catch {
    return false;
  }
}
