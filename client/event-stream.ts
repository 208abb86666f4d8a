import { createParser, type EventSourceMessage } from 'eventsource-parser';

export interface ReadEventsOptions {
  /** Cancels the stream. */
  readonly signal?: AbortSignal | undefined;
  /** Ends the stream when no byte, not even a heartbeat, arrives for this long, in milliseconds. */
  readonly silenceMs: number;
  /** Receives the reconnection delay that the server asks for, in milliseconds. */
  readonly onRetry?: (delayMs: number) => void;
}

/**
 * Yields the events of a `text/event-stream` body (WHATWG HTML, 9.2) until it ends, breaks or falls silent. An event that is incomplete
 * at that point is dropped, as the standard requires.
 * @throws the reason of `signal`
 */
export async function* readEvents(
  stream: ReadableStream<Uint8Array>,
  { signal, silenceMs, onRetry }: ReadEventsOptions,
): AsyncGenerator<EventSourceMessage, void, void> {
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event), onRetry });
  // Removes the byte order mark and joins characters that span chunks; the parser does neither.
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  const cancel = () => void reader.cancel().catch(() => {});
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    for (;;) {
      signal?.throwIfAborted();
      const silence = setTimeout(cancel, silenceMs);
      const chunk = await reader.read().catch(() => undefined);
      clearTimeout(silence);
      signal?.throwIfAborted();
      if (!chunk || chunk.done) return;
      parser.feed(decoder.decode(chunk.value, { stream: true }));
      yield* events.splice(0);
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    cancel();
  }
}
