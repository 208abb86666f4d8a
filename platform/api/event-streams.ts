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

interface OpenStream {
  readonly caller: string;
  readonly openedAt: number;
  /** Whether there was something unsent at the last beat. */
  wasUnread: boolean;
}

/** Answers of server-sent events (WHATWG HTML, 9.2). */
export interface EventStreams {
  /**
   * Begins a stream of this caller; `onEnd` is called once, when it has ended from whichever side, also when the client had left before.
   * @throws {StreamsFull}
   */
  open(response: ServerResponse, caller: string, onEnd: () => void): EventStream;
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
/** Of all streams, the part that one caller may have. */
const largestShare = 1 / 2;
/** After which a client whose stream has ended is to come back. */
const reconnectMs = 1_000;

export function createEventStreams({ limit, stopping }: EventStreamsProps): EventStreams {
  const open = new Map<ServerResponse, OpenStream>();
  let timer: NodeJS.Timeout | undefined;

  /** One timer for all of them. */
  function beat(): void {
    const now = performance.now();
    for (const [response, stream] of open) {
      const isUnread = response.writableLength > 0;
      // Who does not read is not waited for: what is unsent would stay in memory for as long as the connection lives.
      if (isUnread && (stream.wasUnread || now - stream.openedAt > longestMs)) response.destroy();
      else if (now - stream.openedAt > longestMs) response.end();
      else if (!isUnread) response.write(':\n\n');
      stream.wasUnread = isUnread;
    }
  }

  function refuseTooMany(caller: string): void {
    const ofCaller = [...open.values()].filter((stream) => stream.caller === caller).length;
    if (open.size >= limit || ofCaller >= Math.ceil(limit * largestShare)) throw new StreamsFull(limit);
  }

  stopping.addEventListener('abort', () => {
    for (const response of open.keys()) response.end();
  });

  return {
    open(response, caller, onEnd) {
      refuseTooMany(caller);
      const { socket } = response.req;
      if (open.size === 0) timer = setInterval(beat, heartbeatMs).unref();
      open.set(response, { caller, openedAt: performance.now(), wasUnread: false });
      // A response that waits behind another on its connection hears nothing of the connection's end.
      const done = () => {
        response.off('close', done);
        socket.off('close', done);
        if (!open.delete(response)) return;
        if (open.size === 0) clearInterval(timer);
        onEnd();
      };
      response.once('close', done);
      socket.once('close', done);
      if (response.destroyed || socket.destroyed) {
        done();
        return { send: () => {}, end: () => {} };
      }
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
