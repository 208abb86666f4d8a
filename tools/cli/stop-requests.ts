import {
  exitCodeOutputClosed,
  notifyWhenOutputCloses,
  stopWhenOutputCloses,
} from '../../platform/service/closed-output.mjs';

/** Ctrl-C arrives from the terminal and again from npm: both within this time, in milliseconds, are one press. */
const onePressMs = 500;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** `SIGPIPE` stands for a closed standard output. */
export type StopSignalName = (typeof signals)[number] | 'SIGPIPE';

/** Exit codes as in the shell: 128 and the number of the signal. */
export const exitCodes: Readonly<Record<StopSignalName, number>> = {
  SIGINT: 130,
  SIGTERM: 143,
  SIGHUP: 129,
  SIGPIPE: exitCodeOutputClosed,
};

export interface StopRequests {
  readonly first: Promise<StopSignalName>;
  /** Resolves with the next Ctrl-C or SIGTERM, which asks for an immediate stop. */
  again(): Promise<StopSignalName>;
}

/**
 * Listens for Ctrl-C and other signals, which from then on do not end this process by themselves.
 * @param closedOutput - the signal that a closed standard output counts as
 */
export function listenForStop(closedOutput: 'SIGPIPE' | 'SIGINT' = 'SIGPIPE'): StopRequests {
  let firstAt: number | undefined;
  let onFirst: (signal: StopSignalName) => void;
  const first = new Promise<StopSignalName>((resolve) => {
    onFirst = resolve;
  });
  const listeners: ((signal: StopSignalName) => void)[] = [];
  const ask = (signal: StopSignalName) => {
    const now = performance.now();
    const isSamePress = firstAt !== undefined && now - firstAt <= onePressMs;
    if (isUrgent(signal) && !isSamePress) for (const resolve of listeners.splice(0)) resolve(signal);
    if (firstAt === undefined) onFirst(signal);
    firstAt ??= now;
  };
  for (const signal of signals) process.on(signal, ask);
  const react = closedOutput === 'SIGPIPE' ? stopWhenOutputCloses : notifyWhenOutputCloses;
  react(() => ask(closedOutput));
  return { first, again: () => new Promise((resolve) => listeners.push(resolve)) };
}

/** A closed terminal may send several signals, which are not urgent. */
const isUrgent = (signal: StopSignalName): boolean => signal === 'SIGINT' || signal === 'SIGTERM';
