import type { Server, ServerResponse } from 'node:http';

/** How a server closed: all requests ended (`ended`), or the grace period expired and some were aborted (`cut`). */
export type CloseOutcome = 'ended' | 'cut';

/**
 * Tracks the requests of a server, so that it can close without losing any. Call it before the server listens.
 *
 * The returned function stops listening, closes idle connections, waits `graceMs` (milliseconds) for requests in flight and aborts the rest.
 * Its promise never rejects. Later calls return the first promise.
 */
export function closeGracefully(server: Server): (graceMs: number) => Promise<CloseOutcome> {
  const unanswered = new Set<ServerResponse>();
  let closing: Promise<CloseOutcome> | undefined;

  server.prependListener('request', (_request, response) => {
    unanswered.add(response);
    if (closing) response.setHeader('Connection', 'close');
    response.once('close', () => {
      unanswered.delete(response);
      if (closing) closeIdle();
    });
  });

  /** Node does not count a connection without a complete request as idle, and would wait for it. */
  const closeIdle = () => {
    if (unanswered.size === 0) server.closeAllConnections();
  };

  const close = (graceMs: number) =>
    new Promise<CloseOutcome>((resolve) => {
      let outcome: CloseOutcome = 'ended';
      const timer = setTimeout(() => {
        outcome = 'cut';
        server.closeAllConnections();
      }, graceMs);
      server.close(() => {
        clearTimeout(timer);
        resolve(outcome);
      });
      for (const response of unanswered) if (!response.headersSent) response.setHeader('Connection', 'close');
      closeIdle();
    });

  return (graceMs) => {
    closing ??= close(graceMs);
    return closing;
  };
}
