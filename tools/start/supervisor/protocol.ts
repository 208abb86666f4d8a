/** What launcher and supervisor tell each other over the IPC channel, and what the run file holds. */
import type { ProcessId } from '../../cli/process-identity.mjs';

export type { ProcessId };

/** How a child is asked to end. */
export interface StopSignal {
  readonly signal: NodeJS.Signals;
  /** Time it has to end after the signal, in milliseconds. */
  readonly boundMs: number;
}

export interface ChildSpec {
  readonly service: string;
  /** Children end from the highest rank to the lowest, whichever was started first. */
  readonly rank: number;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Gets standard output and standard error; appended to. */
  readonly logFile: string;
  /** The orderly end. SIGKILL follows when its bound has passed. */
  readonly stop: StopSignal;
  /** The end at once, for a child whose own children would otherwise outlive it. @default - SIGKILL */
  readonly abort?: StopSignal;
  /** Account to run as. @default - the supervisor's */
  readonly account?: { readonly uid: number; readonly gid: number };
}

export type Command =
  | { readonly type: 'spawn'; readonly child: ChildSpec }
  | { readonly type: 'stop'; readonly service: string }
  | { readonly type: 'stop-all' }
  /** Ends all at once, without waiting for anything orderly. */
  | { readonly type: 'abort-all' }
  /** What the run file tells the next start about this one. */
  | { readonly type: 'describe'; readonly addresses: Readonly<Record<string, string>> };

export type Report =
  | { readonly type: 'spawned'; readonly service: string; readonly pid: number }
  | { readonly type: 'spawn-failed'; readonly service: string; readonly message: string }
  /** `asked`: it was told to stop. */
  | {
      readonly type: 'exited';
      readonly service: string;
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
      readonly asked: boolean;
    }
  | { readonly type: 'stopping'; readonly service: string }
  /** `forced`: it had to be killed. */
  | { readonly type: 'stopped'; readonly service: string; readonly ms: number; readonly forced: boolean };

/** What a running platform leaves on disk, so that the next start knows what is there and can end what was left. */
export interface RunRecord {
  /** Of this start; no other has it. */
  readonly id: string;
  readonly launcher: ProcessId;
  readonly supervisor?: ProcessId;
  readonly stopping?: boolean;
  readonly children: readonly (ProcessId & Pick<ChildSpec, 'service' | 'rank' | 'stop' | 'abort'>)[];
  readonly addresses: Readonly<Record<string, string>>;
}

/** What the supervisor is given on its command line, as JSON. */
export interface SupervisorOptions {
  readonly runFile: string;
  readonly record: RunRecord;
  /** Folder to remove when all has ended. */
  readonly removeAtEnd?: string;
}
