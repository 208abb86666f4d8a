import { randomUUID } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { product } from '../../config/product.js';
import { labels } from '../../infra/stage.js';
import { CommandFault } from '../../platform/errors/command-fault.js';
import { type ContainerState, containerState, type Inspection } from './container-state.js';
import { type RunOptions, runTool } from './run-process.js';

export class EngineRefused extends Error {
  readonly code = 'engine-refused';
  constructor(
    args: readonly string[],
    readonly output: string,
  ) {
    super(`docker ${args.slice(0, 2).join(' ')} failed: ${output.trim()}`);
    this.name = 'EngineRefused';
  }
}

/** A short-lived container that works on a volume or next to another container. */
export interface Task {
  /** Name of the container; must not exist. @default - a unique name */
  readonly name?: string;
  readonly image: string;
  readonly uid: number;
  /** @default - no network */
  readonly network?: string;
  readonly mounts: readonly string[];
  readonly entrypoint: string;
  readonly args: readonly string[];
  readonly input?: string | Readable;
  readonly output?: Writable;
  /** Removes the container. */
  readonly interrupt?: AbortSignal;
}

/** Options that mount a file of this machine read-only. Docker parses them as CSV, so paths with commas and quotes are quoted. */
export const bindMount = (source: string, target: string): readonly string[] => [
  '--mount',
  ['type=bind', `source=${source}`, `target=${target}`, 'readonly'].map(csvField).join(','),
];

const csvField = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The Docker engine, through Docker's command line, so that contexts and DOCKER_HOST work as users expect. */
export class Engine {
  /** Runs a docker command. @throws {EngineRefused} @throws {CommandFault} the engine does not respond; docker is not installed */
  async docker(args: readonly string[], options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await runTool('docker', args, options);
    if (code === 0) return stdout;
    if (/permission denied while trying to connect|dial .*permission denied/i.test(stderr))
      throw new CommandFault(
        `This user has no permission to use the Docker engine at ${await this.host()}: run sudo usermod -aG docker $USER and log in again`,
        { code: 'engine-away' },
      );
    if (/cannot connect to the docker daemon|error during connect/i.test(stderr))
      throw new CommandFault(
        `No Docker engine responds at ${await this.host()}: start it (Docker Desktop, or sudo systemctl start docker) and check that docker version shows a server`,
        { code: 'engine-away' },
      );
    throw new EngineRefused(args, stderr || stdout);
  }

  /** Address of the engine: DOCKER_HOST for programs that do not know Docker's contexts. */
  async host(): Promise<string> {
    const host = process.env['DOCKER_HOST'];
    return host || (await this.docker(['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'])).trim();
  }

  async version(): Promise<string> {
    return (await this.docker(['version', '--format', '{{.Server.Version}}'])).trim();
  }

  /** The engine's folder for images and volumes; not on this machine if the engine runs in a virtual machine. */
  async rootFolder(): Promise<string> {
    return (await this.docker(['info', '--format', '{{.DockerRootDir}}'])).trim();
  }

  /** All containers of a stage, including stopped ones, sorted by part. */
  async containersOf(stage: string): Promise<ContainerState[]> {
    const ids = lines(await this.docker(['ps', '--all', '--quiet', ...filter(labels.stage, stage)]));
    return (await this.inspect(ids)).sort((a, b) => a.part.localeCompare(b.part));
  }

  /** The states of containers, by name or id; skips those that do not exist. */
  async inspect(containers: readonly string[]): Promise<ContainerState[]> {
    if (containers.length === 0) return [];
    const args = ['inspect', '--type', 'container', ...containers];
    const text = await this.docker(args).catch((error: unknown) => {
      if (error instanceof EngineRefused && /no such/i.test(error.output)) return undefined;
      throw error;
    });
    if (text !== undefined) return (JSON.parse(text) as Inspection[]).map(containerState);
    // One of them has disappeared: inspect each by itself.
    if (containers.length === 1) return [];
    return (await Promise.all(containers.map((container) => this.inspect([container])))).flat();
  }

  async publishersOf(port: number): Promise<string[]> {
    return lines(await this.docker(['ps', '--filter', `publish=${port}`, '--format', '{{.Names}}']));
  }

  async usersOf(volume: string): Promise<string[]> {
    return lines(await this.docker(['ps', '--filter', `volume=${volume}`, '--format', '{{.Names}}']));
  }

  async remove({ id, stopSeconds, status }: ContainerState): Promise<void> {
    if (status === 'running' || status === 'restarting') await this.docker(['stop', '--time', String(stopSeconds), id]);
    await this.docker(['rm', '--force', '--volumes', id]);
  }

  async networksOf(stage: string): Promise<Pick<ContainerState, 'id' | 'createdAt'>[]> {
    const ids = lines(await this.docker(['network', 'ls', '--quiet', ...filter(labels.stage, stage)]));
    if (ids.length === 0) return [];
    const found = JSON.parse(await this.docker(['network', 'inspect', ...ids])) as { Id: string; Created: string }[];
    return found.map(({ Id, Created }) => ({ id: Id, createdAt: new Date(Created) }));
  }

  async removeNetwork(id: string): Promise<void> {
    await this.docker(['network', 'rm', id]);
  }

  async hasVolume(name: string): Promise<boolean> {
    return lines(await this.docker(['volume', 'ls', '--quiet', '--filter', `name=${name}`])).includes(name);
  }

  async createVolume(name: string, stage: string): Promise<void> {
    await this.docker(['volume', 'create', '--label', `${labels.stage}=${stage}`, name]);
  }

  async removeVolume(name: string): Promise<void> {
    await this.docker(['volume', 'rm', name]);
  }

  async imagesOf(repository: string): Promise<string[]> {
    return lines(await this.docker(['images', '--format', '{{.Repository}}:{{.Tag}}', repository]));
  }

  async hasImage(name: string): Promise<boolean> {
    return lines(await this.docker(['images', '--quiet', name])).length > 0;
  }

  async removeImage(name: string): Promise<void> {
    await this.docker(['rmi', name]);
  }

  /**
   * Runs a program in its own hardened container and removes that. An interruption removes it earlier.
   * @returns standard output
   * @throws {EngineRefused} with standard error, also after an interruption
   */
  async run(task: Task): Promise<string> {
    const name = task.name ?? `${product.name}-task-${randomUUID()}`;
    const args = [
      ...['run', '--rm', '--interactive', '--name', name, '--read-only', '--cap-drop', 'ALL'],
      ...['--security-opt', 'no-new-privileges:true', '--user', `${task.uid}:${task.uid}`],
      ...['--network', task.network ?? 'none', '--log-driver', 'none'],
      ...task.mounts,
      ...['--entrypoint', task.entrypoint, task.image, ...task.args],
    ];
    const { interrupt } = task;
    interrupt?.throwIfAborted();
    // The first process of a container ignores signals without a handler, and may not have started yet: remove it repeatedly.
    const remove = () => void this.docker(['rm', '--force', '--volumes', name]).catch(() => undefined);
    const watch = setInterval(() => interrupt?.aborted && remove(), removalMs);
    try {
      return await this.docker(args, {
        ...(task.input !== undefined && { input: task.input }),
        ...(task.output && { output: task.output }),
      });
    } finally {
      clearInterval(watch);
    }
  }
}

/** Pause between two attempts to remove an interrupted container, in milliseconds. */
const removalMs = 300;

const filter = (label: string, value: string) => ['--filter', `label=${label}=${value}`];
const lines = (text: string): string[] => text.split('\n').filter(Boolean);
