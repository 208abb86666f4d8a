import { setTimeout as sleep } from 'node:timers/promises';
import type { Screen } from '../cli/screen.js';
import { createLineReader } from './line-reader.js';
import { type ScreenLine, screenLineOf } from './log-lines.js';

const pollMs = 150;
/** Lines of other output, such as a stack trace, per turn. */
const maxOutput = 20;
/** The same line is shown again after this time, then after twice that, and so on; in milliseconds. */
const repeatMs = { first: 10_000, longest: 300_000 };

export interface FollowedLog {
  readonly service: string;
  readonly file: string;
}

/** Begins on hold: the processes are starting. */
export interface LogFollower {
  /** Keeps what a process that is starting writes besides warnings: if it fails, its error shows the end of its log. */
  hold(): void;
  /** Shows what was kept. @param started - otherwise drops it */
  release(started: boolean): void;
}

/** Shows warnings, errors and other output that are added to the logs, one line each, until `signal` aborts. */
export function followLogs(logs: readonly FollowedLog[], screen: Screen, signal: AbortSignal): LogFollower {
  const followed = logs.map((log) => ({ ...log, read: createLineReader(log.file), kept: [] as ScreenLine[] }));
  const repeats = createRepeats();
  let isHeld = true;
  void follow();
  return {
    hold() {
      isHeld = true;
    },
    release(started) {
      isHeld = false;
      // The code has changed: what it reports is news.
      repeats.forget();
      if (!started) for (const log of followed) dropLast(log);
    },
  };

  async function follow(): Promise<void> {
    while (!signal.aborted) {
      for (const log of followed) {
        const lines = nextLines(log);
        // A process that ends has written why just before: shown in the next turn only.
        if (!isHeld) showOutput(log.kept.splice(0), log);
        log.kept.push(...lines.filter(({ mayBeLast }) => mayBeLast));
        show(lines.filter(({ mayBeLast }) => !mayBeLast));
      }
      await sleep(pollMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Also what was written since the last turn: a process may just have ended. */
  function dropLast(log: (typeof followed)[number]): void {
    log.kept = [];
    show(nextLines(log).filter(({ mayBeLast }) => !mayBeLast));
  }

  function show(lines: readonly ScreenLine[]): void {
    for (const { kind, key, text } of lines) {
      if (kind === 'output') screen.line(text);
      else if (kind === 'recovery') screen.done(text);
      else {
        const hidden = repeats.next(key);
        if (hidden !== undefined) screen.warn(`${text}${hidden > 0 ? ` (and ${hidden} more like it)` : ''}`);
      }
    }
  }

  function showOutput(lines: readonly ScreenLine[], { service, file }: FollowedLog): void {
    show(lines.slice(0, maxOutput));
    if (lines.length > maxOutput) screen.line(`${service}: ${lines.length - maxOutput} more lines in ${file}`);
  }
}

const nextLines = ({ service, read }: FollowedLog & { read: () => string[] }): ScreenLine[] =>
  read().flatMap((line) => screenLineOf(service, line) ?? []);

function createRepeats() {
  const seen = new Map<string, { nextAt: number; pauseMs: number; hidden: number }>();
  return {
    forget: () => seen.clear(),
    /** @returns how many lines with this key were hidden since the last one; `undefined` to hide this one too */
    next(key: string): number | undefined {
      const now = performance.now();
      const { nextAt, pauseMs, hidden } = seen.get(key) ?? { nextAt: now, pauseMs: repeatMs.first, hidden: 0 };
      if (now < nextAt) {
        seen.set(key, { nextAt, pauseMs, hidden: hidden + 1 });
        return undefined;
      }
      seen.set(key, { nextAt: now + pauseMs, pauseMs: Math.min(pauseMs * 2, repeatMs.longest), hidden: 0 });
      return hidden;
    },
  };
}
