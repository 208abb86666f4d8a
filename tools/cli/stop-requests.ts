import {
  exitCodeOutputClosed,
  notifyWhenOutputCloses,
  stopWhenOutputCloses,
} from '../../platform/service/closed-output.mjs';

/** Ctrl-C reaches this process from the terminal and once more from npm; both within this time are one press, in milliseconds. */
const onePressMs = 500;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** `SIGPIPE` stands for a standard output that nobody reads any more. */
export type StopSignalName = (typeof signals)[number] | 'SIGPIPE';

/** Exit codes as the shell counts them, 128 and the number of the signal. */
export const exitCodes: Readonly<Record<StopSignalName, number>> = {
  SIGINT: 130,
  SIGTERM: 143,
  SIGHUP: 129,
  SIGPIPE: exitCodeOutputClosed,
};

export interface StopRequests {
  /** Resolves with the first request to stop. */
  readonly first: Promise<StopSignalName>;
  /** Resolves with the next Ctrl-C or SIGTERM from now on: what is being stopped is to end at once. */
  again(): Promise<StopSignalName>;
}

export interface StopOptions {
  /** What it means that nobody reads standard output any more. @default SIGPIPE */
  readonly closedOutput?: 'SIGPIPE' | 'SIGINT';
}

/** Begins to listen for Ctrl-C and its kin, which from now on do not end this process by themselves. */
export function listenForStop({ closedOutput = 'SIGPIPE' }: StopOptions = {}): StopRequests {
  let firstAt: number | undefined;
  let onFirst: (signal: StopSignalName) => void;
  const first = new Promise<StopSignalName>((resolve) => {
    onFirst = resolve;
  });
  const waiting: ((signal: StopSignalName) => void)[] = [];
  const ask = (signal: StopSignalName) => {
    const now = performance.now();
    const isSamePress = firstAt !== undefined && now - firstAt <= onePressMs;
    if (isImpatient(signal) && !isSamePress) for (const resolve of waiting.splice(0)) resolve(signal);
    if (firstAt === undefined) onFirst(signal);
    firstAt ??= now;
  };
  for (const signal of signals) process.on(signal, ask);
  const react = closedOutput === 'SIGPIPE' ? stopWhenOutputCloses : notifyWhenOutputCloses;
  react(() => ask(closedOutput));
  return { first, again: () => new Promise((resolve) => waiting.push(resolve)) };
}

/** A terminal that is closed may tell of it more than once, and is in no hurry. */
const isImpatient = (signal: StopSignalName): boolean => signal === 'SIGINT' || signal === 'SIGTERM';
