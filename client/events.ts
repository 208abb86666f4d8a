import { pause } from './deadline.js';
import { readEvents } from './event-stream.js';
import { backoffMs } from './retry.js';
import { hasEnded, type Run } from './workflows.js';

export interface RunEventsProps {
  /** Opens the stream after the event with that id; `undefined` means that no event follows. */
  readonly open: (lastEventId: string | undefined) => Promise<ReadableStream<Uint8Array> | undefined>;
  readonly signal?: AbortSignal | undefined;
  /** A stream without any byte for this long is dead, in milliseconds. @default - three of the API's heartbeats */
  readonly silenceMs?: number;
}

/** The API sends a heartbeat every 15 s. */
const defaultSilenceMs = 45_000;
/** Applies until the stream sends a `retry` field. */
const defaultReconnectMs = 1_000;
const longestReconnectMs = 30_000;

/** Yields the states of a run up to its final one. Reopens a stream that breaks or ends earlier after the last event received. */
export async function* runEvents<R extends Run>({
  open,
  signal,
  silenceMs = defaultSilenceMs,
}: RunEventsProps): AsyncGenerator<R, void, void> {
  let lastEventId: string | undefined;
  for (let attempt = 0; ; attempt += 1) {
    const stream = await open(lastEventId);
    if (!stream) return;
    let reconnectMs = defaultReconnectMs;
    const onRetry = (delayMs: number) => {
      reconnectMs = Math.min(delayMs, longestReconnectMs);
    };
    for await (const { event, id, data } of readEvents(stream, { signal, silenceMs, onRetry })) {
      // An empty id clears the last one.
      if (id !== undefined) lastEventId = id || undefined;
      if (event !== 'run') continue;
      attempt = 0;
      const run = JSON.parse(data) as R;
      yield run;
      if (hasEnded(run)) return;
    }
    await pause(reconnectMs + backoffMs(attempt), signal);
  }
}
