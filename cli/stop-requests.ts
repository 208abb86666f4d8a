/** Ctrl-C reaches this process from the terminal and once more from npm; both within this time are one press, in milliseconds. */
const onePressMs = 500;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type StopSignalName = (typeof signals)[number];

/** Exit codes as the shell counts them, 128 and the number of the signal. */
export const exitCodes: Readonly<Record<StopSignalName, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

export interface StopRequests {
  /** Resolves with the first request to stop. */
  readonly first: Promise<StopSignalName>;
  /** Resolves with a second one, which is meant to be impatient. */
  readonly second: Promise<StopSignalName>;
}

/** Begins to listen for Ctrl-C and its kin, which from now on do not end this process by themselves. */
export function listenForStop(): StopRequests {
  let firstAt: number | undefined;
  let onFirst: (signal: StopSignalName) => void;
  let onSecond: (signal: StopSignalName) => void;
  const first = new Promise<StopSignalName>((resolve) => {
    onFirst = resolve;
  });
  const second = new Promise<StopSignalName>((resolve) => {
    onSecond = resolve;
  });
  for (const signal of signals)
    process.on(signal, () => {
      const now = performance.now();
      firstAt ??= now;
      if (firstAt === now) onFirst(signal);
      else if (now - firstAt > onePressMs) onSecond(signal);
    });
  return { first, second };
}
