import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { dockerProvider } from '../../infra/provider.js';
import type { Stage } from '../../infra/stage.js';
import type { Check } from '../cli/check.js';
import { CommandFault } from '../cli/faults.js';
import type { Engine } from './engine.js';
import { runTool } from './run-process.js';

interface ToolChecksInput {
  readonly stage: Pick<Stage, 'name' | 'folder' | 'secretsFolder'>;
  readonly engine: Engine;
}

/** For commands that ask the engine alone. */
export const engineCheck = ({ engine }: Pick<ToolChecksInput, 'engine'>): Check => ({
  title: 'Docker engine',
  run: () => engineAnswers(engine),
});

/** For commands that may meet somebody else's stage of the same name. */
export const ownerCheck = (input: ToolChecksInput): Check => ({
  title: 'Owner of the stage',
  run: () => stageIsOurs(input),
});

/** What Terraform needs of this machine, whatever the stage. */
export const machineChecks = (input: Pick<ToolChecksInput, 'engine'>): readonly Check[] => [
  engineCheck(input),
  { title: 'Terraform', run: terraformIsNewEnough },
  { title: 'Terraform provider', run: providerIsThere },
];

/** For every command that works on a stage with Terraform. */
export const toolChecks = (input: ToolChecksInput): readonly Check[] => [...machineChecks(input), ownerCheck(input)];

/** Oldest engine that this was run with; its API is 1.41. */
const oldestEngine = [20, 10] as const;
const oldestTerraform = [1, 7] as const;

async function engineAnswers(engine: Engine): Promise<string> {
  const host = await engine.host();
  if (!/^(unix|npipe):/.test(host))
    throw new CommandFault(
      `The Docker engine at ${host} is another machine's, but the stage's secrets are files of this one: run this there, or unset DOCKER_HOST`,
    );
  const version = await engine.version();
  if (isOlder(version, oldestEngine))
    throw new CommandFault(`The Docker engine is ${version}: 20.10 is the oldest that will do, update it`);
  return `${version}, at ${host}`;
}

/** Its containers see the secrets of one folder; that another clone's or user's has this name too must not be the end of theirs. */
async function stageIsOurs({ engine, stage }: ToolChecksInput): Promise<string> {
  const files = (await engine.containersOf(stage.name)).flatMap((container) => container.files);
  const secrets = files.filter((file) => basename(dirname(dirname(file))) === basename(stage.secretsFolder));
  const folders = new Set(secrets.map((file) => dirname(dirname(dirname(file)))));
  for (const folder of folders) {
    // One that is not there was moved or removed; or is as an engine in a virtual machine calls a folder of this one.
    if (folder === stage.folder || !existsSync(folder)) continue;
    throw new CommandFault(
      `The stage ${stage.name} on this engine was deployed from ${folder}: go on there, or give this one another name (ATLAS_STAGE=…)`,
    );
  }
  return folders.size > 0 ? 'this folder' : 'nobody yet';
}

async function terraformIsNewEnough(): Promise<string> {
  const { code, stdout, stderr } = await runTool('terraform', ['version', '-json']);
  if (code !== 0) throw new CommandFault(`terraform version failed: ${stderr.trim()}`);
  const { terraform_version: version } = JSON.parse(stdout) as { terraform_version: string };
  if (isOlder(version, oldestTerraform))
    throw new CommandFault(`Terraform is ${version}: 1.7 is the oldest that will do, update it`);
  return version;
}

export function isOlder(version: string, [major, minor]: readonly [number, number]): boolean {
  const [itsMajor = 0, itsMinor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return itsMajor < major || (itsMajor === major && itsMinor < minor);
}

const registry = 'registry.terraform.io';
const registryTimeoutMs = 5_000;

/** In one of the folders in which Terraform looks for plugins of itself, or to be had from where it gets them. */
async function providerIsThere(): Promise<string> {
  const { source, version } = dockerProvider;
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const folders = pluginFolders().map((folder) => join(folder, registry, source, version, platform));
  const found = folders.find((folder) => existsSync(folder) && readdirSync(folder).length > 0);
  if (found) return `${source} ${version}, from ${found}`;
  // Whoever has a configuration of Terraform's command line may have a mirror elsewhere: terraform init will tell.
  if (existsSync(cliConfig())) return `${source} ${version}, from where ${cliConfig()} says`;
  // This program does not know how to go through a proxy; Terraform does.
  if (proxyVariables.some((name) => process.env[name])) return `${source} ${version}, through the proxy`;
  if (await registryAnswers()) return `${source} ${version}, from ${registry}`;
  throw new CommandFault(
    `The provider ${source} ${version} is not in ${folders[0]}, and ${registry} cannot be reached: put the plugin there, or deploy where the registry answers`,
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

async function registryAnswers(): Promise<boolean> {
  try {
    const url = `https://${registry}/.well-known/terraform.json`;
    return (await fetch(url, { signal: AbortSignal.timeout(registryTimeoutMs) })).ok;
  } catch {
    return false;
  }
}
