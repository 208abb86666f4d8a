import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { images, referenceOf } from '../../infra/images.js';

const registryAddress = 'https://registry.terraform.io/.well-known/terraform.json';
const pluginFolder = join(homedir(), '.terraform.d/plugins/registry.terraform.io/kreuzwerker/docker/3.6.2');

/** Why a stage cannot be deployed on this machine, in one line; `undefined` when it can. */
export async function deployPrerequisites(): Promise<string | undefined> {
  if (!answers('terraform', 'version')) return 'Terraform is not installed';
  const hasPlugin = existsSync(pluginFolder) && readdirSync(pluginFolder).length > 0;
  if (!hasPlugin && !(await registryReached()))
    return `the provider kreuzwerker/docker 3.6.2 is not in ${pluginFolder}, and registry.terraform.io cannot be reached`;
  if (!answers('docker', 'version', '--format', '{{.Server.Version}}')) return 'no Docker engine answers';
  const missing = Object.values(images)
    .map(referenceOf)
    .find((image) => !answers('docker', 'image', 'inspect', image) && !answers('docker', 'pull', '--quiet', image));
  return missing && `the image ${missing} is not there and cannot be pulled`;
}

const answers = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

async function registryReached(): Promise<boolean> {
  try {
    return (await fetch(registryAddress, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}
