import { randomUUID } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { product } from '../../config/product.js';
import { labels } from '../../infra/stage.js';
import { CommandFault } from '../cli/faults.js';
import { type RunOptions, runTool } from './run-process.js';

/** The engine refused what it was asked for. */
export class EngineRefused extends Error {
  readonly code = 'engine-refused';
  constructor(
    args: readonly string[],
    readonly said: string,
  ) {
    super(`docker ${args.slice(0, 2).join(' ')} failed: ${said.trim()}`);
    this.name = 'EngineRefused';
  }
}

/** There is no engine to work with; nothing was asked of it. */
class EngineAway extends CommandFault {
  override readonly code = 'engine-away';
  constructor(host: string, why: 'silent' | 'forbidden') {
    super(
      why === 'silent'
        ? `No Docker engine answers at ${host}: start it (Docker Desktop, or sudo systemctl start docker), and see that docker version shows a server`
        : `This user may not use the Docker engine at ${host}: sudo usermod -aG docker $USER, and log in again`,
    );
    this.name = 'EngineAway';
  }
}

/** A container as the engine knows it. */
export interface ContainerState {
  readonly id: string;
  readonly name: string;
  /** What it is called within its stage. */
  readonly part: string;
  readonly image: string;
  readonly status: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  /** Undefined where it has no healthcheck. */
  readonly health: 'starting' | 'healthy' | 'unhealthy' | undefined;
  readonly exitCode: number;
  readonly createdAt: Date;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** Whether it does one thing and ends. */
  readonly isJob: boolean;
  /** Files and folders of this machine that it sees. */
  readonly files: readonly string[];
  /** Seconds it has to end by itself. */
  readonly stopSeconds: number;
  /** Ports of this machine that lead to it. */
  readonly published: readonly { readonly host: string; readonly port: number }[];
}

export interface NetworkState {
  readonly id: string;
  readonly createdAt: Date;
}

/** A short-lived container that works on a volume or beside another container. */
export interface Task {
  /** Of the container; another of that name makes it fail. @default - one of its own */
  readonly name?: string;
  readonly image: string;
  /** Numeric. */
  readonly uid: number;
  /** @default - none at all */
  readonly network?: string;
  /** Options for its mounts, as `docker run` takes them. */
  readonly mounts: readonly string[];
  readonly entrypoint: string;
  readonly args: readonly string[];
  readonly input?: string | Readable;
  readonly output?: Writable;
  /** Ends it. */
  readonly interrupt?: AbortSignal;
}

/** Options that mount a file of this machine, to be read. Docker reads them as a line of CSV, in which a path may hold commas and quotes. */
export const bindMount = (source: string, target: string): readonly string[] => [
  '--mount',
  ['type=bind', `source=${source}`, `target=${target}`, 'readonly'].map(csvField).join(','),
];

const csvField = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The Docker engine, by its own command line: the same one, found by the same rules, as the people here use. */
export class Engine {
  /**
   * Runs a docker command.
   * @throws {EngineRefused}
   * @throws {EngineAway | CommandFault} no engine answers; docker is not installed
   */
  async docker(args: readonly string[], options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await runTool('docker', args, options);
    if (code === 0) return stdout;
    if (/permission denied while trying to connect|dial .*permission denied/i.test(stderr))
      throw new EngineAway(await this.host(), 'forbidden');
    if (/cannot connect to the docker daemon|error during connect/i.test(stderr))
      throw new EngineAway(await this.host(), 'silent');
    throw new EngineRefused(args, stderr || stdout);
  }

  /** Where the engine listens; what DOCKER_HOST would be for programs that do not know Docker's contexts. */
  async host(): Promise<string> {
    const told = process.env['DOCKER_HOST'];
    if (told) return told;
    return (await this.docker(['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'])).trim();
  }

  async version(): Promise<string> {
    return (await this.docker(['version', '--format', '{{.Server.Version}}'])).trim();
  }

  /** Folder in which the engine keeps images and volumes; on another machine, or in a virtual one, it is none of this one's. */
  async rootFolder(): Promise<string> {
    return (await this.docker(['info', '--format', '{{.DockerRootDir}}'])).trim();
  }

  /** The containers of a stage, those that have ended too, sorted by part. */
  async containersOf(stage: string): Promise<ContainerState[]> {
    const ids = lines(await this.docker(['ps', '--all', '--quiet', ...filter(labels.stage, stage)]));
    return (await this.inspect(ids)).sort((a, b) => a.part.localeCompare(b.part));
  }

  /** What is known of these, by name or id; of those that are not there, nothing. */
  async inspect(containers: readonly string[]): Promise<ContainerState[]> {
    if (containers.length === 0) return [];
    const args = ['inspect', '--type', 'container', ...containers];
    const text = await this.docker(args).catch((error: unknown) => {
      if (error instanceof EngineRefused && /no such/i.test(error.said)) return undefined;
      throw error;
    });
    if (text !== undefined) return (JSON.parse(text) as Inspection[]).map(containerState);
    // One of them has gone since it was listed: then each by itself.
    if (containers.length === 1) return [];
    return (await Promise.all(containers.map((container) => this.inspect([container])))).flat();
  }

  /** Names of all containers that publish a port. */
  async publishersOf(port: number): Promise<string[]> {
    return lines(await this.docker(['ps', '--filter', `publish=${port}`, '--format', '{{.Names}}']));
  }

  /** Names of the running containers that use a volume. */
  async usersOf(volume: string): Promise<string[]> {
    return lines(await this.docker(['ps', '--filter', `volume=${volume}`, '--format', '{{.Names}}']));
  }

  /** Stops it, with the time it needs, and removes it. */
  async remove({ id, stopSeconds, status }: ContainerState): Promise<void> {
    if (status === 'running' || status === 'restarting') await this.docker(['stop', '--time', String(stopSeconds), id]);
    await this.docker(['rm', '--force', '--volumes', id]);
  }

  async networksOf(stage: string): Promise<NetworkState[]> {
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

  /** Names, with their tags, of the images of a repository. */
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
   * Runs something in a container of its own, hardened like all others, which is gone afterwards, and soon when it is interrupted.
   * @returns what it wrote
   * @throws {EngineRefused} what it said, also when it was interrupted
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
    // What runs first in a container does not hear of an interruption unless it listens for it; and it may not have begun to run.
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

/** Pause between two attempts to remove what was interrupted, in milliseconds. */
const removalMs = 300;

/** What `docker inspect` tells of a container, as far as it is looked at here. */
interface Inspection {
  readonly Id: string;
  readonly Created: string;
  readonly Name: string;
  readonly State: {
    readonly Status: ContainerState['status'];
    readonly ExitCode: number;
    readonly StartedAt: string;
    readonly FinishedAt: string;
    readonly Health?: { readonly Status: 'starting' | 'healthy' | 'unhealthy' };
  };
  readonly Mounts: readonly { readonly Type: string; readonly Source: string }[];
  readonly Config: {
    readonly Image: string;
    readonly Labels: Readonly<Record<string, string>>;
    readonly StopTimeout?: number;
  };
  readonly HostConfig: {
    readonly RestartPolicy: { readonly Name: string };
    readonly PortBindings: Readonly<
      Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[]>
    > | null;
  };
}

function containerState({ Id, Created, Name, State, Mounts, Config, HostConfig }: Inspection): ContainerState {
  const bindings = Object.values(HostConfig.PortBindings ?? {}).flat();
  return {
    id: Id,
    name: Name.replace(/^\//, ''),
    part: Config.Labels[labels.part] ?? '',
    image: Config.Image,
    status: State.Status,
    health: State.Health?.Status,
    exitCode: State.ExitCode,
    createdAt: new Date(Created),
    startedAt: new Date(State.StartedAt),
    finishedAt: new Date(State.FinishedAt),
    isJob: HostConfig.RestartPolicy.Name === 'no',
    files: Mounts.filter(({ Type }) => Type === 'bind').map(({ Source }) => Source),
    stopSeconds: Config.StopTimeout ?? 10,
    published: bindings.map(({ HostIp, HostPort }) => ({ host: HostIp, port: Number(HostPort) })),
  };
}

const filter = (label: string, value: string) => ['--filter', `label=${label}=${value}`];
const lines = (text: string): string[] => text.split('\n').filter(Boolean);
