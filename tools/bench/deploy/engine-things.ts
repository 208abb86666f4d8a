import type { StageConfiguration } from './compose-file.js';
import { runCommand } from './run-command.js';

/** A named object of the engine. */
export interface EngineThing {
  readonly kind: 'container' | 'network' | 'volume';
  readonly name: string;
}

/** Objects of the stage, without images. Containers come first, because the others cannot be removed before them. */
export function thingsOfStage({ resource }: StageConfiguration): EngineThing[] {
  const containers = Object.values(resource.docker_container);
  const mounts = containers.flatMap((container) => container.mounts.filter(({ type }) => type === 'volume'));
  return [
    ...named(
      'container',
      containers.map(({ name }) => name),
    ),
    ...named(
      'network',
      Object.values(resource.docker_network).map(({ name }) => name),
    ),
    ...named('volume', [...new Set(mounts.map(({ source }) => source))]),
  ];
}

/** Objects that Compose creates for a project. */
export const thingsOfProject = (project: string, { resource }: StageConfiguration): EngineThing[] => [
  ...named(
    'container',
    Object.keys(resource.docker_container).map((service) => `${project}-${service}-1`),
  ),
  ...named('network', [`${project}_default`]),
  ...named('volume', [`${project}_data`]),
];

const named = (kind: EngineThing['kind'], names: readonly string[]): EngineThing[] =>
  names.map((name) => ({ kind, name }));

/** Returns the objects that exist. */
export async function presentThings(things: readonly EngineThing[]): Promise<EngineThing[]> {
  const there = {
    container: await lines(['container', 'ls', '--all', '--format', '{{.Names}}']),
    network: await lines(['network', 'ls', '--format', '{{.Name}}']),
    volume: await lines(['volume', 'ls', '--format', '{{.Name}}']),
  };
  return things.filter(({ kind, name }) => there[kind].includes(name));
}

/** Removes existing objects by force. Idempotent. */
export async function removeThings(things: readonly EngineThing[]): Promise<void> {
  for (const { kind, name } of await presentThings(things)) {
    const options = { container: ['--force', '--volumes'], network: [], volume: ['--force'] };
    await runCommand('docker', [kind, 'rm', ...options[kind], name]);
  }
}

export const hasImage = async (name: string): Promise<boolean> => (await lines(['images', '--quiet', name])).length > 0;

/** Removes a name of an image, and the image with its last name. Idempotent. */
export async function removeImage(name: string): Promise<void> {
  if (await hasImage(name)) await runCommand('docker', ['rmi', '--force', name]);
}

interface BuildRecord {
  readonly ID: string;
  /** Ids of parent records, separated by commas. */
  readonly Parent: string;
  readonly Description: string;
}

/** Removes the build cache of commands that contain the mark; their images must be removed first. Idempotent. */
export async function removeBuildCache(mark: string): Promise<void> {
  let own = await recordsOf(mark);
  // A record can be removed after its children: repeat until none are left or none can be removed.
  for (let before = Number.POSITIVE_INFINITY; own.length > 0 && own.length < before; ) {
    for (const id of own) await runCommand('docker', ['builder', 'prune', '--force', '--all', '--filter', `id=${id}`]);
    before = own.length;
    own = await recordsOf(mark);
  }
}

/** Ids of cache records of commands with the mark, and of their descendants. */
async function recordsOf(mark: string): Promise<string[]> {
  const { stdout } = await runCommand('docker', ['system', 'df', '--verbose', '--format', '{{json .BuildCache}}']);
  const records: BuildRecord[] = JSON.parse(stdout);
  const own = new Set<string>();
  for (let before = -1; before < own.size; ) {
    before = own.size;
    for (const { ID, Parent, Description } of records)
      if (Description.includes(mark) || Parent.split(', ').some((id) => own.has(id))) own.add(ID);
  }
  return [...own];
}

const lines = async (args: readonly string[]): Promise<string[]> =>
  (await runCommand('docker', args)).stdout.split('\n').filter(Boolean);
