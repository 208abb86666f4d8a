import type { ServerResponse } from 'node:http';
import { StreamsFull } from '../errors/runs.js';

export interface EventStreamsProps {
  /** Most streams that are open at a time. */
  readonly limit: number;
  /** Ends all streams when it aborts. */
  readonly stopping: AbortSignal;
}

export interface EventStream {
  /** @param id - what a client that comes back names as the last one it has seen */
  send(event: { readonly id: string; readonly event: string; readonly data: unknown }): void;
  end(): void;
}

/** Answers of server-sent events (WHATWG HTML, 9.2). */
export interface EventStreams {
  /**
   * Begins a stream; `onEnd` is called once, when it has ended from whichever side.
   * @throws {StreamsFull}
   */
  open(response: ServerResponse, onEnd: () => void): EventStream;
}

/** Proxies that hold answers back until they are whole would hold these back for ever. */
export const eventStreamHeaders = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
} as const;

/** Less than the minute after which proxies give up a connection on which nothing comes. */
const heartbeatMs = 15_000;
/** A stream does not live for ever: its key may be revoked, and replicas come and go. The client resumes it. */
const longestMs = 30 * 60_000;
/** After which a client whose stream has ended is to come back. */
const reconnectMs = 1_000;

export function createEventStreams({ limit, stopping }: EventStreamsProps): EventStreams {
  const open = new Map<ServerResponse, { readonly openedAt: number }>();
  let timer: NodeJS.Timeout | undefined;

  /** One timer for all of them. */
  function beat(): void {
    const now = performance.now();
    for (const [response, { openedAt }] of open) {
      if (now - openedAt > longestMs) response.end();
      else if (response.writableLength === 0) response.write(':\n\n');
    }
  }

  function forget(response: ServerResponse): void {
    open.delete(response);
    if (open.size === 0) clearInterval(timer);
  }

  stopping.addEventListener('abort', () => {
    for (const response of open.keys()) response.end();
  });

  return {
    open(response, onEnd) {
      if (open.size >= limit) throw new StreamsFull(limit);
      if (open.size === 0) timer = setInterval(beat, heartbeatMs).unref();
      open.set(response, { openedAt: performance.now() });
      response.once('close', () => {
        forget(response);
        onEnd();
      });
      response.writeHead(200, eventStreamHeaders);
      response.write(`retry: ${reconnectMs}\n\n`);
      if (stopping.aborted) response.end();
      return {
        send: ({ id, event, data }) => {
          if (!response.writableEnded) response.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
        },
        end: () => response.end(),
      };
    },
  };
}
