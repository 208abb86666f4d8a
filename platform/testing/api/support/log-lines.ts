import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';

export interface LogLines {
  readonly logger: Logger;
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** Waits for a line, for at most a minute. */
  waitFor(matches: (line: Readonly<Record<string, unknown>>) => boolean): Promise<Readonly<Record<string, unknown>>>;
}

const patienceMs = 60_000;

/** A logger that keeps all lines of all levels. */
export function createLogLines(): LogLines {
  const lines: Record<string, unknown>[] = [];
  const watchers = new Set<() => void>();
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      for (const watcher of watchers) watcher();
      done();
    },
  });
  const options = { level: 'trace', formatters: { level: (label: string) => ({ level: label }) } };
  return {
    logger: pino(options, stream),
    lines,
    waitFor: (matches) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`not logged; logged lines: ${JSON.stringify(lines)}`)),
          patienceMs,
        );
        const look = () => {
          const found = lines.find(matches);
          if (!found) return;
          clearTimeout(timer);
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      }),
  };
}
