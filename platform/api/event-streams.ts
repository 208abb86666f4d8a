import type { ServerResponse } from 'node:http';
import { StreamsFull } from '../errors/runs.js';

export interface EventStreamsProps {
  /** Maximum number of open streams. */
  readonly limit: number;
  /** Aborting it ends all streams. */
  readonly stopping: AbortSignal;
}

export interface EventStream {
  /** @param id - sent by a reconnecting client in `Last-Event-ID` */
  send(event: { readonly id: string; readonly event: string; readonly data: unknown }): void;
  end(): void;
}

interface OpenStream {
  readonly caller: string;
  readonly openedAt: number;
  /** Whether unsent data remained at the last heartbeat. */
  wasUnread: boolean;
}

/** Responses with server-sent events (WHATWG HTML, 9.2). */
export interface EventStreams {
  /**
   * Opens a stream for this caller. Calls `onEnd` once when either side ends it, also if the client has already disconnected.
   * @throws {StreamsFull} the limit of all streams, or of one caller's share, is reached
   */
  open(response: ServerResponse, caller: string, onEnd: () => void): EventStream;
}

/** `X-Accel-Buffering: no` keeps proxies from buffering the stream. */
export const eventStreamHeaders = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
} as const;

/** Less than the usual idle timeout of proxies (one minute). */
const heartbeatMs = 15_000;
/** Limits how long a stream outlives its revoked key or stays on one replica. The client reconnects. */
const maxAgeMs = 30 * 60_000;
/** Maximum share of the limit for one caller. */
const callerShare = 1 / 2;
/** Delay before a client reconnects after its stream ended. */
const reconnectMs = 1_000;

export function createEventStreams({ limit, stopping }: EventStreamsProps): EventStreams {
  const open = new Map<ServerResponse, OpenStream>();
  let timer: NodeJS.Timeout | undefined;

  function beat(): void {
    const now = performance.now();
    for (const [response, stream] of open) {
      const isUnread = response.writableLength > 0;
      // A client that does not read would keep the unsent data in memory for as long as it stays connected.
      if (isUnread && (stream.wasUnread || now - stream.openedAt > maxAgeMs)) response.destroy();
      else if (now - stream.openedAt > maxAgeMs) response.end();
      else if (!isUnread) response.write(':\n\n');
      stream.wasUnread = isUnread;
    }
  }

  function requireCapacity(caller: string): void {
    const openOfCaller = [...open.values()].filter((stream) => stream.caller === caller).length;
    if (open.size >= limit || openOfCaller >= Math.ceil(limit * callerShare)) throw new StreamsFull(limit);
  }

  stopping.addEventListener('abort', () => {
    for (const response of open.keys()) response.end();
  });

  return {
    open(response, caller, onEnd) {
      requireCapacity(caller);
      const { socket } = response.req;
      if (open.size === 0) timer = setInterval(beat, heartbeatMs).unref();
      open.set(response, { caller, openedAt: performance.now(), wasUnread: false });
      // A pipelined response does not receive `close` when its connection ends, so listen on the socket too.
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
