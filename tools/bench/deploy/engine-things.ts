import type { StageResources } from '../../../infra/stage-configuration.js';
import { runCommand } from '../run-command.js';

/** A named object of the engine. */
export interface EngineThing {
  readonly kind: 'container' | 'network' | 'volume';
  readonly name: string;
}

const docker = async (...args: string[]): Promise<string> => (await runCommand('docker', args)).stdout;

/**
 * Objects of the stage and of a Compose project with the same containers, without images. Containers come first, because the others
 * cannot be removed before them.
 */
export function thingsOf({ docker_container, docker_network }: StageResources, project: string): EngineThing[] {
  const containers = Object.values(docker_container);
  const volumes = containers.flatMap(({ mounts }) => mounts.filter(({ type }) => type === 'volume'));
  const named = (kind: EngineThing['kind'], ...names: string[]) => names.map((name) => ({ kind, name }));
  return [
    ...named('container', ...containers.map(({ name }) => name)),
    ...named('container', ...Object.keys(docker_container).map((service) => `${project}-${service}-1`)),
    ...named('network', ...Object.values(docker_network).map(({ name }) => name), `${project}_default`),
    ...named('volume', ...new Set(volumes.map(({ source }) => source)), `${project}_data`),
  ];
}

/** Returns the objects that exist. */
export async function presentThings(things: readonly EngineThing[]): Promise<EngineThing[]> {
  const list = async (kind: string, ...args: string[]) => (await docker(kind, 'ls', ...args)).split('\n');
  const present = {
    container: await list('container', '--all', '--format', '{{.Names}}'),
    network: await list('network', '--format', '{{.Name}}'),
    volume: await list('volume', '--quiet'),
  };
  return things.filter(({ kind, name }) => present[kind].includes(name));
}

export const removalOf = ({ kind, name }: EngineThing): string[] => [
  ...[kind, 'rm', ...(kind === 'container' ? ['--force', '--volumes'] : [])],
  name,
];

/** Removes existing objects by force. Idempotent. */
export async function removeThings(things: readonly EngineThing[]): Promise<void> {
  for (const thing of await presentThings(things)) await docker(...removalOf(thing));
}

export const hasImage = async (name: string): Promise<boolean> => (await docker('images', '--quiet', name)) !== '';

/**
 * Removes the build cache of commands that contain the mark; their images must be removed first. Idempotent. A record can be removed
 * after its children: repeats until none are left or none can be removed.
 */
export async function removeBuildCache(mark: string, before = Number.POSITIVE_INFINITY): Promise<void> {
  const own = await cacheRecords(mark);
  if (own.size === 0 || own.size === before) return;
  for (const id of own) await docker('builder', 'prune', '--force', '--all', '--filter', `id=${id}`);
  await removeBuildCache(mark, own.size);
}

/** Ids of cache records of commands with the mark, and of their descendants. */
async function cacheRecords(mark: string): Promise<Set<string>> {
  const records: { ID: string; Parent: string; Description: string }[] = JSON.parse(
    await docker('system', 'df', '--verbose', '--format', '{{json .BuildCache}}'),
  );
  const own = new Set<string>();
  for (let before = -1; before < own.size; ) {
    before = own.size;
    for (const { ID, Parent, Description } of records)
      if (Description.includes(mark) || Parent.split(', ').some((id) => own.has(id))) own.add(ID);
  }
  return own;
}
