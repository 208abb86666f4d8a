import type { Sequelize } from 'sequelize';

/** The connection that Sequelize pools, as far as it is used here: pg's client. */
interface PooledConnection {
  query(...args: unknown[]): unknown;
  on(event: 'drain' | 'end', heard: () => void): void;
  readonly connection: { readonly stream: { destroy(error: Error): void } };
}

/** How often connections are looked at, in milliseconds. */
const lookMs = 500;

/**
 * Cuts connections on which a query has been waiting for its answer for longer than `limitMs` (milliseconds): the server, or the way
 * to it, has gone silent. pg's own `query_timeout` does that with a timer for each query, which costs more than many queries do, in time
 * and above all in memory.
 */
export function cutSilentConnections(sequelize: Sequelize, limitMs: number): void {
  const waitingSince = new Map<PooledConnection, number | undefined>();
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    const now = performance.now();
    for (const [connection, since] of waitingSince) {
      if (since === undefined || now - since <= limitMs) continue;
      waitingSince.delete(connection);
      connection.connection.stream.destroy(new Error(`Query read timeout: no answer within ${limitMs} ms`));
    }
  }

  function forget(connection: PooledConnection): void {
    waitingSince.delete(connection);
    if (waitingSince.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  sequelize.addHook('afterConnect', (made) => {
    const connection = made as PooledConnection;
    const query = connection.query.bind(connection);
    connection.query = (...args) => {
      waitingSince.set(connection, performance.now());
      return query(...args);
    };
    connection.on('drain', () => waitingSince.set(connection, undefined));
    connection.on('end', () => forget(connection));
    waitingSince.set(connection, undefined);
    timer ??= setInterval(look, lookMs).unref();
  });
}
