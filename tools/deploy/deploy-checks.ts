import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { readSecret } from '../../infra/ensure-secrets.js';
import { type PublishedPorts, withPort } from '../../infra/exposure.js';
import type { Stage } from '../../infra/stage.js';
import type { Check } from '../cli/check.js';
import { CommandFault } from '../cli/faults.js';
import { nearestExisting } from '../cli/nearest-existing.js';
import { AddressUnusable, isFree } from '../cli/port-free.js';
import type { Engine } from './engine.js';
import type { StageData } from './stage-data.js';
import { toolChecks } from './tool-checks.js';

/** What a deploy needs of this machine and finds out before it changes anything. */
export interface DeployChecksInput {
  readonly stage: Stage;
  readonly engine: Engine;
  readonly data: StageData;
}

/** Those, and what only a deploy needs. */
export const deployChecks = (input: DeployChecksInput): readonly Check[] => [
  ...toolChecks(input),
  { title: 'Ports', run: () => portsAreFree(input) },
  { title: 'Disk', run: () => diskHasRoom(input) },
  { title: 'Secrets and data', run: () => secretsFit(input) },
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
      `Port ${port} is in use by ${container ? `the container ${container}` : 'another program'}: end that${container ? '' : ` (lsof -nP -iTCP:${port} -sTCP:LISTEN shows it)`}, or set DEPLOY_${part.toUpperCase()}_PORT to another`,
    );
  }
  if (taken.length > 0) throw new CommandFault(taken.join('\n'));
  return ports
    .map(([part, port]) => `${part} ${withPort(stage.bindAddresses[part as keyof PublishedPorts], port)}`)
    .join(', ');
}

/** The engine may listen where this user may not. */
function whenForbidden(error: unknown): boolean {
  if (error instanceof AddressUnusable && error.isForbidden) return true;
  throw error;
}

const mebibyte = 1024 * 1024;
/** The app's image, the layers it is built from, and a young PostgreSQL. */
const engineNeedsMb = 1024;
/** Configuration, state, secrets. */
const stageNeedsMb = 50;

async function diskHasRoom({ stage, engine }: DeployChecksInput): Promise<string> {
  const root = await engine.rootFolder();
  const wishes = [{ path: nearestExisting(stage.folder), needsMb: stageNeedsMb, what: 'the state and the secrets' }];
  // The engine's is not this machine's where that is a virtual one.
  if (existsSync(root))
    wishes.push({ path: root, needsMb: engineNeedsMb, what: 'images and data (docker system df shows what is there)' });
  return requireRoom(wishes);
}

interface RoomWish {
  readonly path: string;
  readonly needsMb: number;
  /** What for. */
  readonly what: string;
}

/** @param freeMb - what is free where a path lies, in MiB @throws {CommandFault} @returns what there is, in words */
export async function requireRoom(wishes: readonly RoomWish[], freeMb = freeMbAt): Promise<string> {
  const seen: string[] = [];
  for (const { path, needsMb, what } of wishes) {
    const free = await freeMb(path);
    if (free < needsMb)
      throw new CommandFault(
        `${path} has ${free} MB left, and a deploy needs ${needsMb} MB there for ${what}: make room`,
      );
    seen.push(`${(free / 1024).toFixed(1)} GB left at ${path}`);
  }
  return seen.join(', ');
}

async function freeMbAt(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return Math.floor((bavail * bsize) / mebibyte);
}

async function secretsFit({ stage, data }: DeployChecksInput): Promise<string> {
  const password = readSecret(stage, 'superuser-password');
  if (password === undefined) {
    if (await data.exists())
      throw new CommandFault(
        `${stage.volume} holds data, but ${stage.secretsFolder} holds no password for it. ${wayOut}`,
      );
    return 'none yet: they are made by the deploy';
  }
  if ((await data.hasPassword(password)) === false)
    throw new CommandFault(
      `The password in ${stage.secretsFolder} is not the one that the data in ${stage.volume} was made with. ${wayOut}`,
    );
  return `in ${stage.secretsFolder}`;
}

const wayOut =
  'Put that folder back from where the data was deployed; or give the data the password of this one: npm run deploy -- --reset-password';
