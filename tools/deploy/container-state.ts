import { labels } from '../../infra/stage.js';

export interface ContainerState {
  readonly id: string;
  readonly name: string;
  /** Name within the stage. */
  readonly part: string;
  readonly image: string;
  readonly status: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  /** `undefined` without a healthcheck. */
  readonly health: 'starting' | 'healthy' | 'unhealthy' | undefined;
  readonly exitCode: number;
  readonly createdAt: Date;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** Whether it runs to completion. */
  readonly isJob: boolean;
  /** Mounted files and folders of this machine. */
  readonly files: readonly string[];
  /** Grace period of a stop, in seconds. */
  readonly stopSeconds: number;
  readonly published: readonly { readonly host: string; readonly port: number }[];
}

/** The fields of `docker inspect` that are read here. */
export interface Inspection {
  readonly Id: string;
  readonly Created: string;
  readonly Name: string;
  readonly State: {
    readonly Status: ContainerState['status'];
    readonly ExitCode: number;
    readonly StartedAt: string;
    readonly FinishedAt: string;
    readonly Health?: { readonly Status: NonNullable<ContainerState['health']> };
  };
  readonly Mounts: readonly { readonly Type: string; readonly Source: string }[];
  readonly Config: { readonly Image: string; readonly Labels: Record<string, string>; readonly StopTimeout?: number };
  readonly HostConfig: {
    readonly RestartPolicy: { readonly Name: string };
    readonly PortBindings: Record<string, { readonly HostIp: string; readonly HostPort: string }[]> | null;
  };
}

export function containerState({ Id, Created, Name, State, Mounts, Config, HostConfig }: Inspection): ContainerState {
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
