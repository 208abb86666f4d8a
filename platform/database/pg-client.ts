import { pg } from './pg.js';

/** How often connections are checked, in milliseconds. */
const checkMs = 500;

/** The clients with a query in flight. */
const busy = new Set<DatabaseClient>();
let timer: NodeJS.Timeout | undefined;

/**
 * pg's client as Sequelize creates it, with two changes.
 *
 * It listens for errors from the start. Sequelize listens only after it has received the connection; a server that dies right after
 * authentication, in the same packet, would end this process.
 *
 * It implements pg's `query_timeout` with one timer per process, and ends the connection on which no answer arrives in time. pg sets a
 * timer for each query, which takes more time and far more memory than many queries do, and leaves the connection open.
 */
class DatabaseClient extends pg.Client {
  private readonly timeoutMs: number;
  private busySince = 0;

  constructor({ query_timeout: timeoutMs = 0, ...config }: pg.ClientConfig = {}) {
    super(config);
    this.timeoutMs = timeoutMs;
    this.on('error', () => {});
    this.on('drain', () => busy.delete(this));
    this.on('end', () => busy.delete(this));
  }

  override query<R>(...query: unknown[]): R {
    if (this.timeoutMs > 0) {
      this.busySince = performance.now();
      busy.add(this);
      timer ??= setInterval(endSilentClients, checkMs).unref();
    }
    return super.query(...(query as Parameters<pg.Client['query']>)) as R;
  }

  isSilent(now: number): boolean {
    return now - this.busySince > this.timeoutMs;
  }
}

function endSilentClients(): void {
  const now = performance.now();
  for (const client of busy) {
    if (!client.isSilent(now)) continue;
    busy.delete(client);
    // With a query in flight, `end` closes the socket at once; the query fails with "Connection terminated".
    void client.end();
  }
  if (busy.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

/** pg for Sequelize's option `dialectModule`. */
export const dialectModule: object = { ...pg, Client: DatabaseClient };
