import type { Server, ServerResponse } from 'node:http';

/** How a server ended: every request was answered, or some were cut off because the time was over. */
export type CloseOutcome = 'ended' | 'cut';

/**
 * Watches a server's requests from now on, so that it can be closed without losing any. Call it before the server listens.
 *
 * The function it returns stops listening, closes the connections that carry no request, lets what is in flight end within
 * `graceMs` (milliseconds) and cuts off the rest. Its promise never rejects; later calls return the first one's promise.
 */
export function closeGracefully(server: Server): (graceMs: number) => Promise<CloseOutcome> {
  const unanswered = new Set<ServerResponse>();
  let closing: Promise<CloseOutcome> | undefined;

  server.prependListener('request', (_request, response) => {
    unanswered.add(response);
    if (closing) response.setHeader('Connection', 'close');
    response.once('close', () => {
      unanswered.delete(response);
      if (closing) dropUnused();
    });
  });

  /** A connection that was opened but carries no whole request yet does not count as idle for Node, and would be waited for. */
  const dropUnused = () => {
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
      dropUnused();
    });

  return (graceMs) => {
    closing ??= close(graceMs);
    return closing;
  };
}
