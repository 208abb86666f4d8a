/** The messages between launcher and supervisor, and the content of the run file. */
import type { Environment } from '../../../platform/settings/settings.js';
import type { ProcessId, StopSignal } from '../../cli/processes.mjs';

export type { ProcessId };

export interface ChildSpec {
  readonly service: string;
  /** Children stop in reverse of this order. */
  readonly startOrder: number;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
  readonly logFile: string;
  /** The orderly stop. SIGKILL follows after `boundMs`. */
  readonly stop: StopSignal;
  /** The immediate stop, for a child whose own children would otherwise survive it. @default - SIGKILL */
  readonly abort?: StopSignal;
  /** Account to run as. @default - the supervisor's */
  readonly account?: { readonly uid: number; readonly gid: number };
  /** It reads its standard input, which ends at its release, and counts as a service only from then on. @default false */
  readonly waits?: boolean;
}

/** How a child ended. `asked`: it was stopped. */
export interface ChildExit {
  readonly service: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly asked: boolean;
}

export type Command =
  /** `id` names the child in the other messages: two children can have the same service, while one replaces the other. */
  | { readonly type: 'spawn'; readonly id: number; readonly child: ChildSpec }
  /** Lets a child that waits go on. */
  | { readonly type: 'release'; readonly id: number; readonly input: string }
  | { readonly type: 'stop'; readonly id: number }
  | { readonly type: 'stop-all' }
  /** Stops all immediately, without the orderly stop. */
  | { readonly type: 'abort-all' }
  /** Addresses in the run file, for the message of a second start. */
  | { readonly type: 'describe'; readonly addresses: Readonly<Record<string, string>> };

export type Report = { readonly id: number; readonly service: string } & (
  | { readonly type: 'spawned'; readonly pid: number }
  | { readonly type: 'spawn-failed'; readonly message: string }
  | ({ readonly type: 'exited' } & ChildExit)
  | { readonly type: 'stopping' }
  /** `forced`: it was killed. */
  | { readonly type: 'stopped'; readonly ms: number; readonly forced: boolean }
);

/** The run file: it tells the next start which processes run, so that it can stop those that were left behind. */
export interface RunRecord {
  readonly id: string;
  readonly launcher: ProcessId;
  readonly supervisor?: ProcessId;
  readonly stopping?: boolean;
  readonly children: readonly (ProcessId & Pick<ChildSpec, 'service' | 'startOrder' | 'stop' | 'abort'>)[];
  readonly addresses: Readonly<Record<string, string>>;
}

/** The supervisor's command line, as JSON. */
export interface SupervisorOptions {
  readonly runFile: string;
  readonly record: RunRecord;
  readonly removeAtEnd?: string;
}
