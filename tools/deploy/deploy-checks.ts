import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { readSecret } from '../../infra/ensure-secrets.js';
import { type PublishedPorts, withPort } from '../../infra/exposure.js';
import { CommandFault } from '../../platform/errors/command-fault.js';
import type { Check } from '../cli/check.js';
import { nearestExisting } from '../cli/nearest-existing.js';
import { AddressUnusable, isFree } from '../cli/port-free.js';
import type { CommandContext } from './command-context.js';
import { toolChecks } from './tool-checks.js';

type DeployChecksInput = Pick<CommandContext, 'stage' | 'engine' | 'data'>;

/** The checks before a deploy, which change nothing. */
export const deployChecks = (input: DeployChecksInput): readonly Check[] => [
  ...toolChecks(input),
  { title: 'Ports', run: () => portsAreFree(input) },
  { title: 'Disk', run: () => diskHasSpace(input) },
  { title: 'Secrets and data', run: () => secretsMatch(input) },
];

async function portsAreFree({ stage, engine }: DeployChecksInput): Promise<string> {
  const containers = await engine.containersOf(stage.name);
  const own = new Set(
    containers
      .filter(({ status }) => status === 'running')
      .flatMap(({ published }) => published.map(({ port }) => port)),
  );
  const taken: string[] = [];
  const ports = Object.entries(stage.ports);
  for (const [part, port] of ports) {
    const address = stage.bindAddresses[part as keyof PublishedPorts];
    if (own.has(port) || (await isFree(address, port).catch(whenForbidden))) continue;
    const [container] = await engine.publishersOf(port);
    taken.push(
      `Port ${port} is in use by ${container ? `the container ${container}` : 'another program'}: stop it${container ? '' : ` (lsof -nP -iTCP:${port} -sTCP:LISTEN shows it)`}, or set DEPLOY_${part.toUpperCase()}_PORT to another port`,
    );
  }
  if (taken.length > 0) throw new CommandFault(taken.join('\n'));
  return ports
    .map(([part, port]) => `${part} ${withPort(stage.bindAddresses[part as keyof PublishedPorts], port)}`)
    .join(', ');
}

/** The engine may have permissions that this user lacks. */
function whenForbidden(error: unknown): boolean {
  if (error instanceof AddressUnusable && error.isForbidden) return true;
  throw error;
}

/** The app's image, its build layers, and a new PostgreSQL. */
const engineNeedsMb = 1024;
/** Configuration, state, secrets. */
const stageNeedsMb = 50;

async function diskHasSpace({ stage, engine }: DeployChecksInput): Promise<string> {
  const root = await engine.rootFolder();
  const needs = [{ path: nearestExisting(stage.folder), needsMb: stageNeedsMb, what: 'the state and the secrets' }];
  // If the engine runs in a virtual machine, its folder is not on this machine.
  if (existsSync(root))
    needs.push({ path: root, needsMb: engineNeedsMb, what: 'images and data (docker system df shows the usage)' });
  return requireSpace(needs);
}

/** @param freeMb - free space at a path, in MiB @returns the free space, as text @throws {CommandFault} */
export async function requireSpace(
  needs: readonly { readonly path: string; readonly needsMb: number; readonly what: string }[],
  freeMb = freeMbAt,
): Promise<string> {
  const found: string[] = [];
  for (const { path, needsMb, what } of needs) {
    const free = await freeMb(path);
    if (free < needsMb)
      throw new CommandFault(
        `${path} has ${free} MB free, but a deploy needs ${needsMb} MB there for ${what}: free some space`,
      );
    found.push(`${(free / 1024).toFixed(1)} GB free at ${path}`);
  }
  return found.join(', ');
}

async function freeMbAt(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return Math.floor((bavail * bsize) / 2 ** 20);
}

async function secretsMatch({ stage, data }: DeployChecksInput): Promise<string> {
  const password = readSecret(stage, 'superuser-password');
  if (password === undefined) {
    if (await data.exists())
      throw new CommandFault(
        `${stage.volume} contains data, but ${stage.secretsFolder} has no password for it. ${passwordAdvice}`,
      );
    return 'none yet: the deploy creates them';
  }
  if ((await data.hasPassword(password)) === false)
    throw new CommandFault(
      `The password in ${stage.secretsFolder} does not match the data in ${stage.volume}. ${passwordAdvice}`,
    );
  return `in ${stage.secretsFolder}`;
}

const passwordAdvice =
  'Restore that folder from the machine that deployed the data; or set a new password for the data: npm run deploy -- --reset-password';
