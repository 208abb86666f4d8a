import { pause } from './deadline.js';
import { createEventParser, type EventParser } from './event-parser.js';
import { backoffMs } from './retry.js';
import { hasEnded, type Run } from './workflows.js';

export interface RunEventsProps {
  /** Opens the stream after that event; `undefined` when there is nothing to come back for. */
  readonly open: (lastEventId: string | undefined) => Promise<ReadableStream<Uint8Array> | undefined>;
  readonly signal?: AbortSignal | undefined;
  /** A stream on which nothing has come for so long is dead, in milliseconds. @default - three of the API's heartbeats */
  readonly silenceMs?: number;
}

/** The API sends a comment every 15 s when there is nothing else to say. */
const defaultSilenceMs = 45_000;
/** Unless the stream says how long it wants to be left alone. */
const defaultReconnectMs = 1_000;
const longestReconnectMs = 30_000;

/** The states of a run up to its final one. A stream that breaks or ends before is resumed after the event that was seen last. */
export async function* runEvents<R extends Run>({
  open,
  signal,
  silenceMs = defaultSilenceMs,
}: RunEventsProps): AsyncGenerator<R, void, void> {
  let lastEventId: string | undefined;
  for (let attempt = 0; ; attempt += 1) {
    const stream = await open(lastEventId);
    if (!stream) return;
    const parser = createEventParser();
    for await (const { event, data } of eventsOf(stream, { parser, signal, silenceMs })) {
      if (event !== 'run') continue;
      attempt = 0;
      const run = JSON.parse(data) as R;
      yield run;
      if (hasEnded(run)) return;
    }
    lastEventId = parser.lastEventId || lastEventId;
    const askedMs = Math.min(parser.retryMs ?? defaultReconnectMs, longestReconnectMs);
    await pause(askedMs + backoffMs(attempt), signal);
  }
}

interface Reading {
  readonly parser: EventParser;
  readonly signal: AbortSignal | undefined;
  readonly silenceMs: number;
}

/** The events of one stream, until it ends, breaks or falls silent. @throws the signal's reason */
async function* eventsOf(stream: ReadableStream<Uint8Array>, { parser, signal, silenceMs }: Reading) {
  const reader = stream.getReader();
  const leave = () => void reader.cancel().catch(() => {});
  signal?.addEventListener('abort', leave, { once: true });
  try {
    for (;;) {
      signal?.throwIfAborted();
      const silence = setTimeout(leave, silenceMs);
      const chunk = await reader.read().catch(() => undefined);
      clearTimeout(silence);
      signal?.throwIfAborted();
      if (!chunk || chunk.done) return;
      yield* parser.push(chunk.value);
    }
  } finally {
    signal?.removeEventListener('abort', leave);
    leave();
  }
}
